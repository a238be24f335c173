/**
 * Names of copies that are not complete yet, and leftovers of killed copies under such names.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import { shortHash } from "../../base/hash.ts";
import { parseRun, type Run, runText } from "../../ports/runs.ts";
import { runStates, thisRun } from "../host/runs.ts";
import { randomName } from "./copying.ts";

/** Returns a name that tells the process that uses it, and on which machine; any name where that is not known. */
export function nameOfRun(name: string, run: Run | undefined): string {
  const random = randomName(name);
  return run ? `${random}.${run.pid}-${run.start}-${systemOf(run)}` : random;
}

/** Returns a text that is the same only for processes that see each other. */
function systemOf({ host, machine, boot, first = "" }: Run): string {
  return shortHash([host, machine, boot, first].join(" "));
}

/** Returns the run that uses a name, which may have ended; `undefined` for other names, and for those of another system. */
export function runOfName(name: string, target: string, me: Run): Run | undefined {
  const [, uuid = "", pid = "", start = "", system] =
    /\.lxops-([0-9a-f-]{36})\.([0-9]+)-([0-9]+)-([0-9a-f]{8})$/.exec(name) ?? [];
  const run = { ...me, pid: Number(pid), start };
  const isOurs = system === systemOf(me) && name === `${randomName(target, uuid)}.${pid}-${start}-${system}`;
  return isOurs ? run : undefined;
}

/** Returns the path at which a copy to a target is made. Removes leftovers of killed copies to the target. */
export async function placeOf(target: string, name: string, states = runStates): Promise<string> {
  const own = thisRun();
  const me = parseRun(await own ?? "");
  const directory = dirname(target);
  if (me) await removeLeft(directory, name, me, (texts) => states(texts, own)).catch(() => {});
  return join(directory, nameOfRun(name, me));
}

async function removeLeft(
  directory: string,
  name: string,
  me: Run,
  states: (texts: readonly string[]) => ReturnType<typeof runStates>,
): Promise<void> {
  const found: { readonly path: string; readonly run: string }[] = [];
  for await (const one of Deno.readDir(directory)) {
    if (!one.name.startsWith(".")) continue;
    const run = runOfName(one.name, name, me);
    if (!run) continue;
    const path = join(directory, one.name);
    if ((await Deno.lstat(path)).uid === Deno.uid()) found.push({ path, run: runText(run) });
  }
  if (found.length === 0) return;
  const known = await states(found.map(({ run }) => run));
  for (const { path, run } of found) {
    if (known.get(run) === "over") await Deno.remove(path, { recursive: true });
  }
}

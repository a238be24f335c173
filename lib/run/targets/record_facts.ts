/**
 * Facts of a run for the records of instances: the version, the time, and the git commit of the files.
 *
 * @module
 */
import { dirname } from "@std/path";
import { VERSION } from "../../base/version.ts";
import type { RecordFacts } from "../../plan/record/write.ts";
import type { Target } from "../../plan/world.ts";
import type { Host } from "../../ports/mod.ts";

/** Most directories above a file that are looked at. */
const DEPTH = 20;

/** Most bytes of a file of git that are read. */
const MOST = 1024 * 1024;

type Reader = Pick<Host, "readText" | "lstat">;

/** Returns a function that tells the facts for a target. */
export async function recordFacts(
  targets: readonly Target[],
  host: Reader,
): Promise<(target: Target) => RecordFacts> {
  const directories = new Set(targets.map(directoryOf));
  const commits = new Map(
    await Promise.all(
      [...directories].map(async (directory) => [directory, await commitOf(directory, host)] as const),
    ),
  );
  return (target) => {
    const commit = commits.get(directoryOf(target));
    return {
      version: VERSION,
      time: Math.floor(Date.now() / 1000),
      ...(commit === undefined ? {} : { commit }),
    };
  };
}

function directoryOf({ instance }: Target): string {
  return dirname(instance.config.file);
}

/**
 * Returns the commit that is checked out in the git repository with a directory; `undefined` where there is none, or
 * its files are not as git writes them. They are read without the program: one would take longer than the rest, and
 * run what the repository's settings say.
 */
export async function commitOf(directory: string, host: Reader): Promise<string | undefined> {
  let at = directory;
  for (let depth = 0; depth < DEPTH; depth++) {
    try {
      const found = await host.lstat(`${at}/.git`);
      if (found?.kind === "directory") return await headOf(`${at}/.git`, host);
      if (found?.kind === "file") {
        const [, path] = /^gitdir: (.+)$/m.exec(await read(`${at}/.git`, host) ?? "") ?? [];
        return path === undefined
          ? undefined
          : await headOf(path.startsWith("/") ? path : `${at}/${path}`, host);
      }
    } catch {
      return undefined;
    }
    const above = dirname(at);
    if (above === at) return undefined;
    at = above;
  }
  return undefined;
}

async function headOf(git: string, host: Reader): Promise<string | undefined> {
  const head = (await read(`${git}/HEAD`, host))?.trim() ?? "";
  if (isCommit(head)) return head;
  const [, ref] = /^ref: (refs\/[!-~]+)$/.exec(head) ?? [];
  if (ref === undefined || ref.includes("..")) return undefined;
  const common = (await read(`${git}/commondir`, host))?.trim();
  const places = [git, ...(common ? [common.startsWith("/") ? common : `${git}/${common}`] : [])];
  for (const place of places) {
    const commit = (await read(`${place}/${ref}`, host))?.trim() ?? "";
    if (isCommit(commit)) return commit;
    const packed = await read(`${place}/packed-refs`, host);
    const line = packed?.split("\n").find((one) => one.slice(one.indexOf(" ") + 1) === ref) ?? "";
    const [found = ""] = line.split(" ");
    if (isCommit(found)) return found;
  }
  return undefined;
}

function isCommit(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

async function read(path: string, host: Reader): Promise<string | undefined> {
  const found = await host.lstat(path);
  return found?.kind === "file" && found.size <= MOST ? await host.readText(path) : undefined;
}

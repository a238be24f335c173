/**
 * Copies between this machine and an instance. Where the results of a run cannot be copied out, its instance is kept:
 * nothing else has them.
 *
 * @module
 */
import { LxopsError, StateError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import { KEPT_MARK, RUN_MARK } from "../../plan/instance/throw_away.ts";
import { patchInstance } from "../../plan/requests/instances.ts";
import type { OnProgress } from "../../ports/copy.ts";
import type { FileCopy, InstanceRef } from "../../ports/mod.ts";
import type { Run } from "./perform.ts";

/** Longest time to keep an instance; after it, the copy fails as if there were none to keep. */
const KEEP_MS = 10_000;

/** Copies files; a copy with `saves` that fails keeps the instance of that mark. */
export async function copyFiles(
  { saves, ...copy }: FileCopy & { readonly saves?: string },
  run: Run,
  progress: OnProgress,
): Promise<void> {
  const { instance, controls: { control }, report, signal } = run;
  const note = (text: string) => report({ kind: "note", instance, text });
  try {
    await control.copy(copy, signal, { progress, note });
  } catch (error) {
    if (saves === undefined || signal.aborted || !(error instanceof LxopsError)) throw error;
    if (!leavesResults(error, copy) || !await keep(copy.instance, saves, run)) throw error;
    // It is wrong now that nothing was changed, and the next command is another.
    const advice = error.advice.filter((line) => line !== UNCHANGED && !line.startsWith("To copy more"));
    throw new LxopsError(error.message, [...advice, ...keptAdvice(copy, "run")], { cause: error });
  }
}

/** Tells whether the instance still has the files that a copy out of it failed to bring. */
export function leavesResults(error: LxopsError, { direction, instance: { name } }: FileCopy): boolean {
  if (direction === "in") return false;
  return !(error instanceof StateError && error.kind === "missing" &&
    error.message.endsWith(` in instance "${name}"`));
}

/** Returns advice about an instance of a run, or of a pool, that was kept because a copy out of it failed. */
export function keptAdvice({ inside, instance }: FileCopy, by: "run" | "pool"): readonly string[] {
  const { project, name } = instance;
  const flag = project === "" || project === "default" ? "" : ` --project ${project}`;
  const removal = by === "run" ? `run${flag} --discard` : `down${flag}`;
  return [
    `Instance "${name}" is kept, as nothing else has the files`,
    `To copy them: lxops cp${flag} ${quote(`${name}:${inside}`)} PATH; larger ones: --max-size MIB`,
    `To remove it then: lxops ${removal} ${name}`,
  ];
}

/** Advice that is wrong where an instance is kept. */
const UNCHANGED = "Nothing was changed.";

/** Keeps a throw-away instance, and tells whether it did: one that is not that of the run any more is left alone. */
async function keep(
  ref: InstanceRef,
  mark: string,
  { controls: { server, control } }: Run,
): Promise<boolean> {
  const signal = AbortSignal.timeout(KEEP_MS);
  try {
    if ((await server.instance(ref))?.config[RUN_MARK] !== mark) return false;
    await control.send(patchInstance(ref, { ephemeral: false, config: { [KEPT_MARK]: "copy-out" } }), signal);
    return true;
  } catch (error) {
    if (!(error instanceof LxopsError) && !signal.aborted) throw error;
    return false;
  }
}

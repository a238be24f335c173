/**
 * Instances that lxops cannot look into, which silence no others: their errors come last.
 *
 * @module
 */
import { EXIT, LxopsError } from "../../../base/errors.ts";
import { objectKey } from "../../../plan/world.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import { errorText } from "../../output/output.ts";

/** The errors of instances that did not tell, by their projects and names. */
export type Closed = Map<string, LxopsError>;

/** Looks into one of several instances; `undefined` where it does not tell, which is noted. */
export async function lookOrNote<T>(
  { project, name }: Pick<InstanceInfo, "project" | "name">,
  closed: Closed,
  look: () => Promise<T>,
  { signal }: Pick<App, "signal">,
): Promise<T | undefined> {
  const key = objectKey(project, name);
  if (closed.has(key)) return undefined;
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof LxopsError) || signal.aborted) throw error;
    closed.set(key, error);
    return undefined;
  }
}

/**
 * Reports the errors at the end of a command, and returns its exit code.
 *
 * @throws {LxopsError} the first error where the command itself ended well
 */
export function endWith(code: number, closed: Closed, app: Pick<App, "complain">): number {
  const [first, ...others] = closed.values();
  if (first === undefined) return code;
  const isLast = code === EXIT.ok || code === EXIT.differs;
  for (const error of isLast ? others : [first, ...others]) app.complain(errorText("lxops", error).trimEnd());
  if (isLast) throw first;
  return code;
}

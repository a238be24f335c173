/**
 * The pools that operands name.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import { poolProblem } from "../../../plan/pool/names.ts";
import type { PoolRef } from "../../../step/pool.ts";
import type { App } from "../../command/app.ts";

/** A pool at a daemon. */
export interface PoolPlace {
  /** The app of that daemon. */
  readonly app: App;
  readonly ref: PoolRef;
}

/** Tells whether a command changes what it shows: a dry run only shows it. */
export function changes({ "dry-run": isShown }: { readonly "dry-run": boolean }): boolean {
  return !isShown;
}

/** Returns the pool that `[REMOTE:]NAME` means, in the project of a flag or in the current one. */
export async function poolAt(app: App, operand: string, project: string): Promise<PoolPlace> {
  const colon = operand.indexOf(":");
  const there = colon < 0 ? app : app.withRemote(operand.slice(0, colon));
  const pool = operand.slice(colon + 1);
  const problem = poolProblem(pool);
  if (colon === 0 || problem !== undefined) {
    throw new UsageError(
      colon === 0
        ? `"${operand}" names no remote; the form is REMOTE:NAME`
        : `The pool name "${pool}" ${problem}`,
    );
  }
  return { app: there, ref: { project: await projectOf(there, project), pool } };
}

/** Returns the project of a flag, or the client's current one. */
export async function projectOf(app: App, flag: string): Promise<string> {
  const project = flag || await app.project();
  if (project === "" || project === "default") return "default";
  return await (await import("../../shared/operands.ts")).projectOf(app, project);
}

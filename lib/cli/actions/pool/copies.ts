/**
 * Files that the new instances of a pool get, such as the token of a runner. The definition has their paths alone, and
 * each run that fills the pool names the files, so that no secret is in the daemon.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import type { Decision } from "../../../plan/pool/decide.ts";
import type { PoolSpec } from "../../../plan/pool/spec.ts";
import type { NewCopy } from "../../../plan/pool/steps.ts";
import type { App } from "../../command/app.ts";
import { checkCopies, copiesOf } from "../run/options.ts";

/** The largest of these files, in MiB. */
const LARGEST = 64;

/** Values of the flag that names the files. */
export interface CopyValues {
  readonly "copy-in"?: readonly string[];
}

/** Returns the copies that `--copy-in FILE:PATH` names. */
export async function newCopies(
  { "copy-in": texts = [] }: CopyValues,
  { host }: Pick<App, "host">,
): Promise<readonly NewCopy[]> {
  if (texts.length === 0) return [];
  const given = { "copy-in": texts, "copy-out": [], "max-size": LARGEST, overwrite: true };
  const copies = copiesOf(given, host.cwd);
  await checkCopies(copies, host);
  return copies;
}

/** Returns what is wrong with the files for the instances that are made or finished; `undefined`: nothing. */
export function copiesProblem(
  { pool, copies: paths = [] }: Pick<PoolSpec, "pool" | "copies">,
  { create, warm }: Pick<Decision, "create" | "warm">,
  given: readonly NewCopy[],
): UsageError | undefined {
  const other = given.find(({ inside }) => !paths.includes(inside));
  if (other) {
    return new UsageError(`The instances of pool "${pool}" get no file "${other.inside}"`, [
      paths.length === 0
        ? "The flag --copy-in of pool create names such files"
        : `They get: ${paths.join(", ")}`,
    ]);
  }
  const missing = paths.find((path) => given.every(({ inside }) => inside !== path));
  if (missing === undefined || create === 0 && warm.length === 0) return undefined;
  const flags = paths.map((path) => `--copy-in FILE:${path}`).join(" ");
  return new UsageError(`New instances of pool "${pool}" need a file for "${missing}"`, [
    `To fill the pool: lxops pool tend ${flags} ${pool}`,
  ]);
}

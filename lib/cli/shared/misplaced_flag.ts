/**
 * Flags that stand where a program is expected.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";

/**
 * Refuses a program that looks like a flag: what stands behind the instance or the image goes to the program.
 *
 * @param program what stands behind the operand, without the `--` before it
 * @throws {UsageError}
 */
export function refuseMisplacedFlag(command: string, operand: string, program: string | undefined): void {
  if (program === undefined || program === "--" || !/^--?[A-Za-z]/.test(program)) return;
  throw new UsageError(
    `"${program}" stands behind "${operand}", where the program of "lxops ${command}" begins`,
    [`Flags stand before it: lxops ${command} ${program} ... ${operand}`],
  );
}

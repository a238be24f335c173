/**
 * Variables of programs in instances, as the command line gives them.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";

/** Reads `KEY=VALUE` pairs. */
export function environmentOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`-env takes KEY=VALUE, not "${pair}"`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  }));
}

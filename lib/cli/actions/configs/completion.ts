/**
 * `completion`.
 *
 * @module
 */
import { EXIT, UsageError } from "../../../base/errors.ts";
import { didYouMean } from "../../../base/suggest.ts";
import type { AnyValues } from "../../command/command.ts";
import type { App } from "../../command/app.ts";
import { SCRIPTS } from "../../completion/scripts.ts";

/** Runs `completion`. */
export function completion(_values: AnyValues, [shell]: readonly string[], app: App): Promise<number> {
  const script = Object.hasOwn(SCRIPTS, shell!) ? SCRIPTS[shell!] : undefined;
  if (script === undefined) {
    const known = Object.keys(SCRIPTS);
    throw new UsageError(
      `lxops completes in ${known.join(", ")}, not in "${shell}"${didYouMean(shell!, known)}`,
    );
  }
  app.print(script);
  return Promise.resolve(EXIT.ok);
}

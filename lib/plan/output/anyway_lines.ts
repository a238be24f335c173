/**
 * Steps of a script that are carried out also where the program before them fails.
 *
 * @module
 */
import type { Step } from "../../step/step.ts";

/** Returns the lines of a step; a program that fails ends the script only after the steps that are for that case. */
export function anywayLines(steps: readonly Step[], index: number, text: string): readonly string[] {
  const [own, next] = [steps[index]?.anyway ?? false, steps[index + 1]?.anyway ?? false];
  if (next && !own) return ["code=0", `${text} || code=$?`];
  return own && !next ? [text, '[ "$code" = 0 ] || exit "$code"'] : [text];
}

/**
 * The flags of requests that make images and give them a name.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { Effect } from "../../step/step.ts";

/** Returns the flags of a request that makes an image. */
export function aliasFlags(
  { alias, moves, replaces, notes = {} }: Extract<Effect, { kind: "publish" }>,
): string {
  const from = moves && replaces !== undefined ? ` -replaces ${replaces || "none"}` : "";
  const flags = Object.entries(notes).map(([key, value]) => ` -note ${quote(`${key}=${value}`)}`);
  return `${moves ? " -alias" : " -named"} ${quote(alias)}${from}${flags.join("")}`;
}

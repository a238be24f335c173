/**
 * Command lines about images and their aliases.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { Forget, Publish } from "../../step/image_effects.ts";

/** Returns the flags of a request that makes an image. */
export function aliasFlags(
  { alias, moves, replaces, notes = {} }: Publish,
): string {
  const from = moves && replaces !== undefined ? ` -replaces ${replaces || "none"}` : "";
  const flags = Object.entries(notes).map(([key, value]) => ` -note ${quote(`${key}=${value}`)}`);
  return `${moves ? " -alias" : " -named"} ${quote(alias)}${from}${flags.join("")}`;
}

/** Returns the line that takes names from an image, and deletes it where it has no other. */
export function forgetLine({ project, fingerprint, names = [] }: Forget): string {
  const dropped = names.map((name) => ` -name ${quote(name)}`).join("");
  return `lxops image delete -project ${quote(project)} -unnamed${dropped} ${quote(fingerprint)}`;
}

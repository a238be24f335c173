/**
 * lxops with a format of one's own: files whose first line is "#team" are migrated when they are read.
 *
 *     cd examples/custom_format
 *     deno run -P=incus lxops.ts config print shop.yaml        # what the file comes to
 *     deno run -P=incus lxops.ts launch --dry-run shop.yaml    # as with any other file
 *     deno run -P=incus lxops.ts config convert shop.yaml      # in the current format from now on
 */
import { defineFormat, HEADER, incus, main } from "../../lib/mod.ts";

/** What a line of the team's files became. */
const RENAMED: readonly (readonly [RegExp, string])[] = [
  [/^#team/, HEADER],
  [/^system:/m, "ostype:"],
  [/^base:/m, "image:"],
  [/^setup:/m, "cloud-config-files:"],
];

const team = defineFormat({
  header: "#team",
  description: "Files of the team's own tool, until 2025",
  migrate: (text) => RENAMED.reduce((current, [from, to]) => current.replace(from, to), text),
});

if (import.meta.main) Deno.exit(await main(incus, Deno.args, { formats: [team] }));

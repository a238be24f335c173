/**
 * lxops with a format of your own: files that begin with "#team" are migrated when they are read.
 *
 *     cd examples/custom_format
 *     deno run -P=incus lxops.ts config print shop.yaml        # the file in the current format
 *     deno run -P=incus lxops.ts launch --dry-run shop.yaml    # as with any other file
 *     deno run -P=incus lxops.ts config convert shop.yaml      # rewrites the file
 */
import { defineFormat, HEADER, incus, main } from "../../lib/mod.ts";

/** Keys of the team's files, and what they are called now. */
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

/**
 * The usage and the help of operands that are configuration files first.
 *
 * @module
 */

/** The operands of commands about configuration files that also take instances, as the usage shows them. */
export const FILES_USAGE = "[FILE|DIR|[REMOTE:]NAME...]";

/** The same for commands that need an operand. */
export const NEEDED_FILES_USAGE = "FILE|DIR|[REMOTE:]NAME...";

/** The rule of what such an operand is. */
export const FILE_HELP = [
  "An operand that is neither a file nor a directory with a configuration is the name of an instance: its",
  "configuration file is the one that it was made from.",
].join("\n");

/** The same rule for commands that need no operand. */
export const FILES_HELP = `${FILE_HELP} Without operands, lxops.yaml of the working directory is meant.`;

/**
 * The help about operands that are names, files or directories.
 *
 * @module
 */

/** The operands as the usage shows them. */
export const SUBJECTS_USAGE = "[[REMOTE:]NAME|FILE|DIR...]";

/** The rule of what an operand is. */
export const SUBJECT_HELP = [
  "An operand with a slash, or one that ends in .yaml or .yml, is a configuration file or a directory; so is",
  "the name of a directory that has a configuration. Anything else is an instance. A directory means the",
  "lxops.yaml in it or, where it has none, those of all directories below it.",
].join("\n");

/** The same rule for commands that need no operand. */
export const SUBJECTS_HELP = `${SUBJECT_HELP} Without operands, the working directory is meant.`;

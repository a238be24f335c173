/**
 * The marks of throw-away instances: the run of lxops that made one, and whether it is kept.
 *
 * @module
 */

/** Key of the run that made an instance and removes it, as `runText()` renders it. */
export const RUN_MARK = "user.lxops.run";

/** Key of an instance that its run leaves to its user. */
export const KEPT_MARK = "user.lxops.run.kept";

/**
 * Keys that instances of lxops have.
 *
 * @module
 */

/** The instance key that says from which configuration file an instance was made. */
export const CONFIG_MARK = "user.lxops.config";
/** The instance key that says from which image an instance was made, as the configuration names it. */
export const IMAGE_MARK = "user.lxops.image";

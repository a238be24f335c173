/**
 * The version of this program. `deno task build` replaces this module with one that has the build's values; run from
 * source, lxops says so.
 *
 * @module
 */

/** Version of lxops, as `0.1.0`. */
export const VERSION: string = "dev";

/** Commit that it was built from, with `-dirty` behind it where files had been changed. */
export const COMMIT: string = "source";

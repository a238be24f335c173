/**
 * What this program is a build of. `deno task build` puts a module with the build's own values in this one's
 * place; run from source, lxops says so.
 *
 * @module
 */

/** Version of lxops, as `0.1.0`. */
export const VERSION: string = "dev";

/** Commit that it was built from, with `-dirty` behind it where files had been changed. */
export const COMMIT: string = "source";

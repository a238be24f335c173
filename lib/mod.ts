/**
 * lxops as a library: the program, to which one can add formats of configuration files of one's own.
 *
 * ```ts
 * import { defineFormat, incus, main } from "jsr:@lxops/lxops";
 *
 * const team = defineFormat({
 *   header: "#team",
 *   description: "Files of our own tool",
 *   migrate: (text) => text.replace("#team", "#lxops-v1").replace(/^base:/m, "image:"),
 * });
 *
 * Deno.exit(await main(incus, Deno.args, { formats: [team] }));
 * ```
 *
 * @module
 */
export { defineFormat, type Format, HEADER, type Migrated } from "./config/formats/format.ts";
export { ConfigError, type Issue } from "./base/errors.ts";
export type { Backend } from "./ports/mod.ts";
export { main, type MainOptions } from "../main.ts";
export { backend as incus } from "../backends/incus.ts";
export { backend as lxd } from "../backends/lxd.ts";

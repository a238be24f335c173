/**
 * lxops for programs of your own that read configuration files in a format of your own. Such a program is lxops with
 * one more format: it has all commands, flags and exit codes. Nothing else of lxops is meant to be imported.
 *
 * It is not published: import it from a checkout, as `examples/custom_format` does.
 *
 * ```ts
 * import { defineFormat, incus, main } from "../../lib/mod.ts";
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
export { defineFormat, type Format, type Migrated } from "./config/format.ts";
export { HEADER } from "./config/header.ts";
export { ConfigError, type Issue } from "./base/errors.ts";
export type { Backend } from "./ports/mod.ts";
export { main, type MainOptions } from "../main.ts";
export { backend as incus } from "../backends/incus.ts";
export { backend as lxd } from "../backends/lxd.ts";

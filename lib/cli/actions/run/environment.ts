/**
 * Variables of programs in instances, as the command line gives them.
 *
 * @module
 */
import { resolve } from "@std/path";
import { ConfigError, UsageError } from "../../../base/errors.ts";
import type { App } from "../../command/app.ts";

/** Values of the flags about variables. */
export interface EnvironmentValues {
  readonly env: readonly string[];
  readonly "env-file": readonly string[];
}

/**
 * Reads the variables of a program: those of files, a later one first, and before all those of the command line. Values
 * of files are secret: lxops masks them in everything that it writes.
 */
export async function environmentOf(
  { env, "env-file": files }: EnvironmentValues,
  app: Pick<App, "hide" | "host" | "warn">,
): Promise<Record<string, string>> {
  const given = pairsOf(env);
  if (files.length === 0) return given;
  const { parseDotenv } = await import("../../../dotenv/parse.ts");
  const values = new Map<string, string>();
  for (const file of files) {
    const text = await app.host.readText(resolve(app.host.cwd, file));
    if (text === undefined) throw new UsageError(`--env-file: there is no file "${file}"`);
    const parsed = parseDotenv(file, text, (name) => app.host.env(name), (name) => values.get(name));
    const errors = parsed.issues.filter(({ severity }) => severity === "error");
    if (errors.length > 0) throw new ConfigError(errors);
    app.warn(parsed.issues);
    for (const [name, value] of parsed.values) values.set(name, value);
    app.hide(parsed.values.values());
  }
  return { ...Object.fromEntries(values), ...given };
}

/** Reads `KEY=VALUE` pairs. */
function pairsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`--env takes KEY=VALUE, not "${pair}"`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  }));
}

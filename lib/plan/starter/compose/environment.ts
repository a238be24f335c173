/**
 * Variables of a service of a compose file as settings of a directory.
 *
 * @module
 */
import { parseDotenv } from "../../../dotenv/parse.ts";
import { settingName } from "../setting_name.ts";
import { isMap, type ServiceReader } from "./reader.ts";

/** A file that a service names in `env_file`. */
export interface EnvironmentFile {
  /** The name in the compose file. */
  readonly name: string;
  /** Its text; absent where it is not read. */
  readonly text?: string;
  /** The reason why it is not read. */
  readonly problem?: string;
}

/** Settings of a directory. */
export interface ServiceEnvironment {
  /** The values of `environment`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly env: ReadonlyMap<string, string>;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Returns the names of the files of `env_file`. */
export function environmentFiles(data: unknown): readonly string[] {
  const list = Array.isArray(data) ? data : data === undefined || data === null ? [] : [data];
  return list.flatMap((one) => {
    const path = isMap(one) ? one["path"] : one;
    return typeof path === "string" ? [path] : [];
  });
}

// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029]/;

/** A value that only refers to settings. */
const REFERENCE = /^(?:\$\{[A-Za-z_][A-Za-z0-9_]*\})+$/;

/** Reads the variables of a service: their values get into `.env`, as any of them may be secret. */
export function readEnvironment(
  reader: ServiceReader,
  files: readonly EnvironmentFile[],
): ServiceEnvironment {
  const settings: Record<string, string> = {};
  /** The values by the names of the service. */
  const values = new Map<string, string>();
  reader.take("env_file");
  for (const { name, text, problem } of files) {
    if (text === undefined) {
      reader.say(["env_file"], `${name} is not read: ${problem ?? "there is no such file"}`);
      continue;
    }
    const { values: read, issues } = parseDotenv(name, text, undefined, (one) => values.get(one));
    const error = issues.find(({ severity }) => severity === "error");
    if (error) reader.say(["env_file"], `${name}:${error.line ?? 1}: ${error.message}`);
    for (const [one, value] of read) if (NAME.test(one)) values.set(one, value);
  }
  const fromFiles = new Set(values.keys());
  const said = reader.take("environment");
  const entries: (readonly [name: string, value: unknown, path: readonly (string | number)[]])[] = [];
  if (Array.isArray(said)) {
    said.forEach((item, index) => {
      const text = typeof item === "string" ? item : "";
      const at = text.indexOf("=");
      entries.push([at < 0 ? text : text.slice(0, at), at < 0 ? null : text.slice(at + 1), [
        "environment",
        index,
      ]]);
    });
  } else if (isMap(said)) {
    for (const [name, value] of Object.entries(said)) entries.push([name, value, ["environment", name]]);
  } else if (said !== undefined) reader.say(["environment"], "A map or a list is expected here");
  for (const [name, value, path] of entries) {
    if (!NAME.test(name)) {
      reader.say(path, "Its name is none of a setting: letters, digits and underscores");
      continue;
    }
    fromFiles.delete(name);
    values.delete(name);
    if (value === null || value === undefined) {
      // It comes from the environment of compose, and is absent where it has no value there.
      const inherited = reader.fill(path, `\${${name}-}`);
      if (inherited && inherited.value !== "") values.set(name, inherited.value);
      else reader.say(path, `${name} has no value here: give it one in .env`);
      continue;
    }
    const filled = reader.fill(path, value);
    if (!filled) continue;
    if (CONTROL.test(filled.value)) {
      reader.say(path, "It has control characters; it is not taken over");
      continue;
    }
    if (filled.isPlain || !REFERENCE.test(filled.written)) values.set(name, filled.value);
    else settings[name] = filled.written;
  }
  const env = new Map<string, string>();
  for (const [name, value] of values) {
    const own = settingName(name, (one) => reader.uses(one))!;
    env.set(own, value);
    settings[name] = `\${${own}}`;
  }
  if (fromFiles.size > 0) {
    reader.say(["env_file"], `The values of ${[...fromFiles].join(", ")} are in .env`);
  }
  const own = [...values.keys()].filter((name) => !fromFiles.has(name));
  if (own.length > 0) {
    reader.say(["environment"], `The values of ${own.join(", ")} are in .env, as they may be secret`);
  }
  return { settings, env };
}

/**
 * A configuration that a command line gives instead of a file, so that it is checked and planned as one of a file.
 *
 * @module
 */
import { resolve } from "@std/path";
import { ConfigError, UsageError } from "../../base/errors.ts";
import type { Host } from "../../ports/mod.ts";
import type { App } from "../command/app.ts";

/** Returns the text of a configuration with these keys. */
export function configText(keys: Readonly<Record<string, unknown>>): string {
  return `#lxops-v1\n${JSON.stringify(keys)}\n`;
}

/** Checks that a text has no parentheses, which are properties in a file. */
export function verbatim(image: string): string {
  if (/[()\0]/.test(image)) throw new UsageError(`"${image}" is no name of an image`);
  return image;
}

/** Does something with such a configuration; problems are of the command line, and not of a place in a file. */
export async function ofCommandLine<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const issues = error.issues.map(({ file, message, severity, ...place }) =>
      file === name ? { file, message, severity } : { file, message, severity, ...place }
    );
    throw new ConfigError(issues, error.advice);
  }
}

/** Returns an app whose machine has one more file to read. */
export function withFile(app: App, name: string, text: string): App {
  const path = resolve(app.host.cwd, name);
  const is = (other: string) => resolve(app.host.cwd, other) === path;
  const { host } = app;
  const more: Host = {
    ...host,
    readText: (other) => is(other) ? Promise.resolve(text) : host.readText(other),
    realPath: (other) => is(other) ? Promise.resolve(path) : host.realPath(other),
    lstat: (other) =>
      is(other)
        ? Promise.resolve({ kind: "file", mode: 0o600, uid: 0, gid: 0, size: text.length })
        : host.lstat(other),
  };
  return { ...app, host: more };
}

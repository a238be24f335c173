/**
 * Reads the values of secrets, before anything changes.
 *
 * @module
 */
import { dirname } from "@std/path";
import { ConfigError, type Issue, LxopsError, reasonOf } from "../../base/errors.ts";
import type { SecretEntry } from "../../config/schema/provision_keys.ts";
import { sortIssues } from "../../config/schema/validate.ts";
import type { SecretFile } from "../../plan/provision/secrets.ts";
import { problem, type Target } from "../../plan/world.ts";
import type { Launcher } from "../../ports/launcher.ts";
import type { Host } from "../../ports/mod.ts";

/** The most bytes of a secret. */
const MOST = 1024 * 1024;
/** Time limit of a program that prints a secret, in seconds: it may ask the user for a password. */
const SECONDS = 60;
/** The number of lines that are shown of a failed program's output. */
const LINES = 3;
/** The bits of a mode by which others than the owner read a file. */
const READABLE = 0o044;

/** Secrets with their values, and warnings about their files. */
export interface ReadSecrets {
  readonly secrets: readonly SecretFile[];
  readonly warnings: readonly Issue[];
}

/**
 * Reads the secrets of a target. No value is in an error.
 *
 * @throws {ConfigError} with all that cannot be read
 */
export async function readSecrets(target: Target, host: Host): Promise<ReadSecrets> {
  const issues: Issue[] = [];
  const launcher = await host.launcher?.();
  const found = await Promise.all(
    Object.entries(target.instance.config.secrets).map(async ([name, entry]): Promise<SecretFile[]> => {
      const note = (message: string, severity: Issue["severity"]) =>
        issues.push({ ...problem(target, `secrets.${name}`, message), severity });
      try {
        const content = await valueOf(entry, { host, launcher, warn: (text) => note(text, "warning") });
        if (content.length > MOST) throw new LxopsError("It has more than 1 MiB");
        return [{ name, content, owner: entry.owner, mode: entry.mode }];
      } catch (error) {
        if (!(error instanceof LxopsError)) throw error;
        note(`Cannot read secret "${name}": ${error.message}`, "error");
        return [];
      }
    }),
  );
  if (issues.some(({ severity }) => severity === "error")) throw new ConfigError(sortIssues(issues));
  return { secrets: found.flat(), warnings: issues };
}

interface Reading {
  readonly host: Host;
  readonly launcher: Launcher | undefined;
  readonly warn: (text: string) => void;
}

async function valueOf(entry: SecretEntry, reading: Reading): Promise<Uint8Array> {
  const { file, env, sops, age, command } = entry;
  for (const path of [file, sops, age]) if (path !== "") await refuseExposed(path, reading);
  if (file !== "") return await ofFile(file, reading);
  if (env !== "") {
    const value = (await reading.launcher?.environment())?.get(env);
    if (value === undefined) throw new LxopsError(`the variable "${env}" is not set`);
    return new TextEncoder().encode(value);
  }
  if (sops !== "") return await ofSops(entry, reading);
  if (age !== "") {
    const identity = entry.identity || `${reading.host.env("HOME") ?? ""}/.config/sops/age/keys.txt`;
    return await answer(["age", "--decrypt", "-i", identity, age], dirname(age), reading);
  }
  return withoutLastEnd(await answer(command, entry.directory, reading));
}

/** Refuses a file that others can change, or replace by a link to any file that only this user may read. */
async function refuseExposed(file: string, { host, launcher }: Reading): Promise<void> {
  if (!launcher || await host.realPath(file).catch(() => undefined) === undefined) return;
  const exposed = await launcher.exposure(file);
  if (exposed !== undefined) throw new LxopsError(`others can change "${file}": ${exposed}`);
}

async function ofFile(file: string, { host, warn }: Reading): Promise<Uint8Array> {
  let content: Uint8Array | undefined;
  try {
    content = await host.readBytes(file);
  } catch (error) {
    throw new LxopsError(`"${file}" cannot be read: ${reasonOf(error)}`);
  }
  if (content === undefined) throw new LxopsError(`there is no file "${file}"`);
  const info = await host.lstat(await host.realPath(file) ?? file).catch(() => undefined);
  if (info && (info.mode & READABLE) !== 0) warn(`Others can read "${file}": chmod 600 makes it yours alone`);
  return content;
}

async function ofSops({ sops, key }: SecretEntry, reading: Reading): Promise<Uint8Array> {
  const directory = dirname(sops);
  if (key === "") return await answer(["sops", "--decrypt", sops], directory, reading);
  const text = new TextDecoder().decode(
    await answer(["sops", "--decrypt", "--output-type", "json", sops], directory, reading),
  );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LxopsError(`sops did not print JSON for "${sops}"`);
  }
  for (const part of key.split(".")) {
    value = typeof value === "object" && value !== null && Object.hasOwn(value, part)
      ? (value as Record<string, unknown>)[part]
      : undefined;
  }
  if (value === undefined || value === null) throw new LxopsError(`"${sops}" has no key "${key}"`);
  return new TextEncoder().encode(typeof value === "object" ? JSON.stringify(value) : String(value));
}

/** Runs a program that prints a secret. */
async function answer(
  [name, ...args]: readonly string[],
  directory: string,
  { launcher }: Reading,
): Promise<Uint8Array> {
  if (!launcher) throw new LxopsError(`"${name}" cannot be run from here`);
  const found = await launcher.find(name!);
  if ("problem" in found) throw new LxopsError(`"${name}" cannot be run: ${found.problem}`);
  const { code, stdout, stderr, isTooLong } = await launcher.answer({
    path: found.path,
    args,
    directory,
    env: {},
    timeoutSeconds: SECONDS,
  });
  if (isTooLong) throw new LxopsError(`"${name}" prints more than 1 MiB`);
  if (code === 0) return stdout;
  const said = stderr.trim().split("\n").slice(-LINES).join("; ");
  throw new LxopsError(`"${name}" failed with exit code ${code}${said === "" ? "" : `: ${said}`}`);
}

/** Returns the output of a program without the end of its last line, as a shell does. */
function withoutLastEnd(content: Uint8Array): Uint8Array {
  return content.at(-1) === 0x0a ? content.subarray(0, -1) : content;
}

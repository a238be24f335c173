/**
 * Cloud-config files of configurations, each read and checked once however many name it.
 *
 * @module
 */
import type { Compiler } from "../../cloudconfig/compile/compiler.ts";
import type { CloudConfig } from "../../cloudconfig/sections/mod.ts";
import { fileError } from "../../config/file.ts";
import { ConfigError, type Issue, reasonOf } from "../../base/errors.ts";
import type { Host } from "../../ports/mod.ts";

/** A cloud-config file and what is to be said about it. */
export interface ReadCloudConfig {
  readonly cloudConfig: CloudConfig;
  readonly warnings: readonly Issue[];
}

/** Reads a file by its path, and messages show it as `shown`; `undefined` where there is none. */
export type CloudConfigReader = (path: string, shown: string) => Promise<ReadCloudConfig | undefined>;

/** Reads the text of a file, which messages show as `shown`; `undefined` where there is none. */
export async function readText(
  host: Pick<Host, "readText">,
  path: string,
  shown: string,
): Promise<string | undefined> {
  try {
    return await host.readText(path);
  } catch (error) {
    throw fileError(shown, `Cannot read it: ${reasonOf(error)}`);
  }
}

/** Makes a reader; where it is strict, keys that have no effect are errors. */
export function makeCloudConfigReader(host: Pick<Host, "readText">, strict: boolean): CloudConfigReader {
  const known = new Map<string, ReturnType<CloudConfigReader>>();
  const read = async (path: string, shown: string) => {
    const text = await readText(host, path, shown);
    if (text === undefined) return undefined;
    const { readCloudConfig } = await import("../../cloudconfig/read/load.ts");
    const result = await readCloudConfig(shown, text);
    const wrong = strict ? result.warnings.filter(({ key }) => key !== undefined) : [];
    if (wrong.length > 0) throw new ConfigError(wrong.map((issue) => ({ ...issue, severity: "error" })));
    return result;
  };
  return (path, shown) => {
    const reading = known.get(path) ?? read(path, shown);
    known.set(path, reading);
    return reading;
  };
}

/** Merges the files that ask to be merged. */
export async function mergeAll(files: readonly CloudConfig[]): Promise<readonly CloudConfig[]> {
  if (!files.some(({ mergers }) => mergers)) return files;
  return (await import("../../cloudconfig/read/schema.ts")).mergeCloudConfigs(files);
}

/** Returns the compiler of files, which is loaded only where there are some. */
export async function compilerFor(files: readonly CloudConfig[]): Promise<Compiler> {
  return await (await import("../../cloudconfig/read/load.ts")).compilerFor(files);
}

/**
 * Loading of a container's directory: its settings and contents.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import { type Issue, reasonOf } from "../../base/errors.ts";
import type { Host } from "../../ports/mod.ts";
import type { Layer } from "../config.ts";
import { conventionLayer, withCloudConfig } from "./conventions.ts";
import { type DirectoryContents, type DirectoryIo, readContents } from "../directory/contents.ts";
import { hasNoDevices } from "../directory/directory_file.ts";
import { exposedEnv } from "../directory/exposed_env.ts";
import { fill } from "../directory/fill.ts";
import { type DirectorySettings, type EnvFile, readSettings } from "../directory/settings.ts";
import type { Source } from "../yaml/source.ts";

/** Values of the command line for settings. */
export interface GivenSettings {
  /** `-e NAME=VALUE`; a name without a value has that of the environment. */
  readonly values: ReadonlyMap<string, string>;
  /** The files of `--env-file`, in their order. */
  readonly files: readonly EnvFile[];
  /** Receives secret values before any message can contain one. */
  readonly hide?: (values: Iterable<string>) => void;
}

/** The parts of the host that the directory of a container needs. */
export type FullIo = DirectoryIo & Pick<Host, "env"> & Partial<Pick<Host, "readBytes">>;

/** A configuration file with its settings filled in. */
export interface OpenedDirectory extends DirectorySettings {
  readonly source: Source;
  readonly issues: readonly Issue[];
}

/** A key whose values a setting that is no secret now may have had from another place. */
const MAY_BE_SECRET = /^config (?:environment|user)\./;

/** Reads the settings of a directory and fills them into its configuration file. */
export async function openDirectory(
  source: Source,
  absolute: string,
  io: FullIo,
  given: GivenSettings,
): Promise<OpenedDirectory> {
  const place = { path: join(dirname(absolute), ".env"), shown: join(dirname(source.file), ".env") };
  const unread: Issue[] = [];
  const own = await readEnvFile(place, io, unread);
  const exposed = own === undefined ? [] : await exposedEnv(place.path, place.shown, io);
  const { settings, secretValues, issues, lookup, isSecret, isOutside } = readSettings({
    source,
    files: [...own === undefined ? [] : [own], ...given.files],
    shell: io.env,
    given: given.values,
  });
  given.hide?.(secretValues);
  const filled = fill(source, lookup, (name) => settings.has(name));
  return {
    source: filled.source,
    issues: [...unread, ...exposed, ...issues, ...filled.issues],
    settings,
    secretValues,
    secretKeys: new Set(
      [...filled.used].filter(([key, names]) =>
        [...names].some((name) => isSecret(name) || MAY_BE_SECRET.test(key) && isOutside(name))
      ).map(([key]) => key),
    ),
  };
}

async function readEnvFile(
  { path, shown }: { readonly path: string; readonly shown: string },
  io: FullIo,
  issues: Issue[],
): Promise<EnvFile | undefined> {
  try {
    const text = await io.readText(path);
    return text === undefined ? undefined : { file: shown, text };
  } catch (error) {
    // A command that needs no settings does without them.
    const message = `Cannot read it: ${reasonOf(error)}`;
    issues.push({ file: shown, key: "environment", message, severity: "error" });
    return undefined;
  }
}

/** A configuration with the conventions of its directory. */
export interface WithConventions {
  readonly contents: DirectoryContents;
  readonly layers: readonly Layer[];
}

/**
 * Reads the directory of a configuration file, and adds its contents to the layers, the last of which is that of the
 * file.
 */
export async function addConventions(
  absolute: string,
  layers: readonly Layer[],
  io: FullIo,
  issues: Issue[],
): Promise<WithConventions> {
  const top = layers.at(-1)!;
  const path = await io.realPath(dirname(absolute)) ?? dirname(absolute);
  const shown = dirname(top.source.file);
  const noDevices = hasNoDevices(top.source);
  const found: Issue[] = [];
  const all = await readContents(path, shown, io, found);
  issues.push(...found.filter(({ key }) => !noDevices || !key?.startsWith("devices.")));
  const { conf: _conf, bin: _bin, data: _data, ...others } = all;
  const contents = noDevices ? others : all;
  const convention = noDevices ? undefined : conventionLayer(contents, layers);
  return {
    contents,
    layers: [...convention ? [convention] : [], ...layers.slice(0, -1), withCloudConfig(top, contents)],
  };
}

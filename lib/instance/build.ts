/**
 * A configuration applied to a name: every pattern substituted and every name checked, before anything changes.
 *
 * @module
 */
import type { LoadedConfig } from "../config/config.ts";
import { ConfigError, type Issue } from "../base/errors.ts";
import { originOf } from "../config/load/origins.ts";
import { sortIssues } from "../config/schema/validate.ts";
import { parseSshUrl } from "../ssh/url.ts";
import { defaultName, isNamedByDirectory } from "./patterns/default_name.ts";
import { instanceDevices, instanceFilesystems } from "./devices.ts";
import type { Instance, Owner } from "./instance.ts";
import {
  instanceNameProblem,
  placeNameProblem,
  profileNameProblem,
  projectNameProblem,
} from "./patterns/names.ts";
import { asWarnings, type Part, setAside, type Unusable } from "./parts.ts";
import { builtins, instanceProperties, type Properties } from "./patterns/properties.ts";
import { pick, usedProperties } from "./patterns/remembered.ts";
import { instanceSettings } from "./settings/instance_settings.ts";
import { deviceSource, origin } from "./sources.ts";
import { type Findings, findings } from "./patterns/substitution.ts";

/** Values that a configuration is applied to. */
export interface BuildOptions {
  /** Configuration file as it was given on the command line. */
  readonly file: string;
  /** Name of the instance; by default that which the file's own name gives. */
  readonly name?: string;
  /** The working directory, which a relative path of the file begins at. */
  readonly cwd?: string;
  /** Overrides the configuration's project. */
  readonly project?: string;
  /** The project where neither says one. */
  readonly currentProject?: string;
  readonly globals: Properties;
  /** Properties of `-P`, and those that were remembered of it. */
  readonly sets: Properties;
  /** Parts whose problems are no errors, but make the part `unusable` in the instance. */
  readonly without?: readonly Part[];
}

/** Returns the project that the client's own option names, for files in which nothing else does. */
function projectOption(words: readonly string[]): string | undefined {
  const found = words.map((word) => /^\s*--project(?:[=\s]+(.+))?$/s.exec(word));
  const index = found.findIndex((match) => match !== null);
  return index < 0 ? undefined : (found[index]?.[1] ?? words[index + 1])?.trim();
}

const LARGEST_ID = 2 ** 32 - 2;

function parseOwner(text: string, found: Findings): Owner | undefined {
  if (text === "") return undefined;
  const match = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text);
  const uid = Number(match?.[1]);
  const gid = Number(match?.[2] ?? match?.[1]);
  if (match && uid <= LARGEST_ID && gid <= LARGEST_ID) return { uid, gid };
  found.error("device-owner", `Invalid owner "${text}": use UID:GID, for example 1000000:1000000`);
  return undefined;
}

/** Removes duplicates, keeping the first of each. */
function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/**
 * Returns the problem of a name, as one of an instance, or of directories where there need be no instance.
 */
function nameIssue(
  name: string,
  loaded: LoadedConfig,
  options: BuildOptions,
): { readonly part?: Part; readonly issue: Issue } | undefined {
  const [place, problem] = [placeNameProblem(name), instanceNameProblem(name)];
  if (problem === undefined) return undefined;
  const at = options.name === undefined ? originOf(loaded, "name") : undefined;
  const hint = options.name === undefined && !at
    ? "; it comes from the name of the file, --name gives another"
    : "";
  const message = `The instance name "${name}" ${place ?? problem}${hint}`;
  return {
    ...(place === undefined ? { part: "instance-name" } : {}),
    issue: { file: options.file, ...at, key: at ? "name" : "", message, severity: "error" },
  };
}

/** Makes the instance that a configuration describes; all problems are in one `ConfigError`. */
export function buildInstance(loaded: LoadedConfig, options: BuildOptions): Instance {
  const { config } = loaded;
  const name = options.name ?? defaultName(options.file, options.cwd, loaded);
  const project = options.project || config.project || projectOption(config.lxcOptions) ||
    options.currentProject || "default";
  const { globals, sets } = options;
  const builtin = builtins(name, project, loaded.directory?.path);
  const properties = instanceProperties({ globals, config: config.properties, sets }, builtin);
  const found = findings(loaded, options.file, properties);

  const wrongName = nameIssue(name, loaded, options);
  const projectProblem = projectNameProblem(project);
  if (projectProblem !== undefined) {
    found.error(options.project ? "" : "project", `The project name "${project}" ${projectProblem}`);
  }
  for (const one of Object.keys(builtin)) {
    if (Object.hasOwn(sets, one)) found.warn("", `"${one}" is built in; the value of -P is not used`);
    if (Object.hasOwn(config.properties, one)) {
      found.warn(`properties.${one}`, `"${one}" is built in; this value is not used`);
    }
  }

  const image = found.resolve("image", config.image) ?? "";
  const target = found.resolve("target", config.target) ?? "";
  const hostText = found.resolve("host", config.host) ?? "";
  const host = hostText === "" ? undefined : parseSshUrl(hostText);
  if (typeof host === "string") found.error("host", host);
  const ownProfile = found.resolve("profile-pattern", config.profilePattern || "(instance).lxops");
  if (ownProfile !== undefined && (wrongName === undefined || wrongName.part)) {
    found.accept("profile-pattern", ownProfile, profileNameProblem(ownProfile));
  }
  config.profiles.forEach((profile, index) => {
    if (profile !== "") found.accept(`profiles.${index}`, profile, profileNameProblem(profile));
    if (profile === ownProfile) {
      found.warn(`profiles.${index}`, `"${profile}" is the instance's own profile, which always comes last`);
    }
  });
  const listed = unique(config.profiles).filter((profile) => profile !== ownProfile);

  const ownerText = found.resolve("device-owner", config.deviceOwner);
  const owner = ownerText === undefined ? undefined : parseOwner(ownerText, found);
  const filesystems = instanceFilesystems(config, found);
  const devices = instanceDevices(config, filesystems, found);
  const settings = instanceSettings(config, found);
  const copied = origin(config, found);
  const source = deviceSource(config, found);

  const { left, unusable } = partsOf([...loaded.errors ?? [], ...sortIssues(found.issues)], wrongName, [
    ...options.without ?? [],
    // A copy of another instance has no image of its own.
    ...(copied ? ["image" as const] : []),
  ]);
  const issues = left.filter((issue) => issue.severity === "warning");
  if (issues.length < left.length) {
    throw new ConfigError(sortIssues([...loaded.warnings, ...left, ...asWarnings(unusable)]));
  }
  return {
    name,
    project,
    config,
    file: options.file,
    ...(options.name === undefined && isNamedByDirectory(options.file, options.cwd, loaded)
      ? { namedByDirectory: true as const }
      : {}),
    image,
    target,
    ...(typeof host === "object" ? { host } : {}),
    profiles: listed.length > 0 ? listed : ["default"],
    ownProfile: ownProfile ?? "",
    filesystems,
    devices,
    settings,
    properties,
    sets: pick(sets, usedProperties(loaded)),
    ...(copied ? { origin: copied } : {}),
    ...(source ? { deviceSource: source } : {}),
    ...(owner ? { owner } : {}),
    ...(unusable.size > 0 ? { unusable } : {}),
    ...(issues.length > 0 ? { warnings: issues } : {}),
  };
}

function partsOf(
  issues: readonly Issue[],
  name: ReturnType<typeof nameIssue>,
  without: readonly Part[],
): { readonly left: readonly Issue[]; readonly unusable: Unusable } {
  const { left, unusable } = setAside(issues, without);
  if (!name) return { left, unusable };
  if (!name.part || !without.includes(name.part)) return { left: [...left, name.issue], unusable };
  return { left, unusable: new Map([...unusable, [name.part, [name.issue]]]) };
}

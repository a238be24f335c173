/**
 * Checks merged configurations before their patterns are substituted.
 *
 * @module
 */
import { type Issue, type Location, reasonOf } from "../base/errors.ts";
import type { Host } from "../ports/mod.ts";
import type { Config } from "./config.ts";
import { variables } from "./pattern.ts";
import { unexpanded } from "./paths.ts";
import { didYouMean } from "../base/suggest.ts";

interface CheckOptions {
  readonly io: Pick<Host, "realPath">;
  /** The file as it was given on the command line. */
  readonly file: string;
  readonly ostypes?: readonly string[];
  /** See `LoadedConfig`. */
  readonly incomplete?: ReadonlySet<string>;
}

/** Reports whether all values of a key are known, so that an absent value is really missing. */
export function isComplete(incomplete: ReadonlySet<string> | undefined, key: string): boolean {
  return !incomplete?.has(key) && !incomplete?.has("*");
}

/** Finds the place of a key; the file itself where it has none. */
export interface Where {
  last(key: string): Location | undefined;
}

/** Returns a function that makes issues about keys of a merged configuration. */
export function issueMaker(where: Where, file: string) {
  return (key: string, message: string, severity: Issue["severity"] = "error"): Issue => {
    let at = where.last(key);
    for (let dot = key.lastIndexOf("."); at === undefined && dot > 0; dot = key.lastIndexOf(".", dot - 1)) {
      at = where.last(key.slice(0, dot));
    }
    return { ...(at ?? { file }), key, message, severity };
  };
}

function normalPath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return `/${parts.join("/")}`;
}

function checkFilesystems(config: Config, issue: ReturnType<typeof issueMaker>): Issue[] {
  const issues: Issue[] = [];
  for (const [id, filesystem] of Object.entries(config.filesystems)) {
    const key = `filesystems.${id}`;
    if (id === "") issues.push(issue(key, "The key of a filesystem must not be empty"));
    if (filesystem.pattern === "") issues.push(issue(key, `Filesystem "${id}" has no "pattern"`));
  }
  return issues;
}

function checkDevices(
  config: Config,
  issue: ReturnType<typeof issueMaker>,
  filesystemsKnown: boolean,
): Issue[] {
  const issues: Issue[] = [];
  const paths = new Map<string, string>();
  for (const [id, device] of Object.entries(config.devices)) {
    const key = `devices.${id}`;
    if (id === "") issues.push(issue(key, "The key of a device must not be empty"));
    if (id === "root") {
      issues.push(issue(key, 'A device named "root" would replace the root disk of the instance'));
    }
    if (device.path === "") {
      issues.push(issue(key, `Device "${id}" has no "path"`));
    } else {
      const path = normalPath(device.path);
      const other = paths.get(path);
      if (other !== undefined) {
        issues.push(issue(`${key}.path`, `Devices "${other}" and "${id}" have the same path "${path}"`));
      }
      paths.set(path, id);
      if (path === "/") issues.push(issue(`${key}.path`, 'The path "/" is the root disk of the instance'));
      else if (path.split("/").includes("..")) {
        issues.push(issue(`${key}.path`, 'The path must not contain ".."'));
      } else if (!device.path.startsWith("/")) {
        issues.push(
          issue(`${key}.path`, `"${device.path}" has no leading slash; it is taken as "${path}"`, "warning"),
        );
      }
    }
    const { filesystem } = device;
    if (filesystemsKnown && filesystem !== undefined && !Object.hasOwn(config.filesystems, filesystem)) {
      const hint = didYouMean(filesystem, Object.keys(config.filesystems));
      issues.push(issue(`${key}.filesystem`, `There is no filesystem "${filesystem}"${hint}`));
    }
  }
  return issues;
}

async function checkFiles(
  config: Config,
  issue: ReturnType<typeof issueMaker>,
  io: CheckOptions["io"],
): Promise<Issue[]> {
  const named = [
    ...config.cloudConfigFiles.map((path, index) => ({ path, key: `cloud-config-files.${index}` })),
    ...(config.sourceConfig === "" ? [] : [{ path: config.sourceConfig, key: "source-config" }]),
  ];
  const found = await Promise.all(named.map(async ({ path, key }) => {
    try {
      return await io.realPath(path) === undefined
        ? [issue(key, `No such file: ${path}${unexpanded(path)}`)]
        : [];
    } catch (error) {
      return [issue(key, `Cannot read ${path}: ${reasonOf(error)}`)];
    }
  }));
  return found.flat();
}

/** Finds texts with a name in parentheses that are no patterns. */
function checkPlainTexts(config: Config, issue: ReturnType<typeof issueMaker>): Issue[] {
  const texts: readonly (readonly [string, string])[] = [
    ["project", config.project],
    ...config.profiles.map((text, index) => [`profiles.${index}`, text] as const),
    ...config.lxcOptions.map((text, index) => [`lxc-options.${index}`, text] as const),
    ...Object.entries(config.devices).map(([id, { path }]) => [`devices.${id}.path`, path] as const),
    ...Object.entries(config.filesystems).flatMap(([id, filesystem]) =>
      (["zfsproperties", "properties"] as const).flatMap((map) =>
        Object.entries(filesystem[map]).map(([name, text]) =>
          [`filesystems.${id}.${map}.${name}`, text] as const
        )
      )
    ),
  ];
  return texts.flatMap(([key, text]) =>
    variables(text).some((name) => /^[\w./-]+$/.test(name))
      ? [issue(key, `"${text}" stays as it is: properties are not replaced here`, "warning")]
      : []
  );
}

/** Checks a merged configuration and returns all issues. */
export async function checkConfig(config: Config, where: Where, options: CheckOptions): Promise<Issue[]> {
  const issue = issueMaker(where, options.file);
  const { incomplete, ostypes } = options;
  const issues = [
    ...checkFilesystems(config, issue),
    ...checkDevices(config, issue, isComplete(incomplete, "filesystems")),
    ...checkPlainTexts(config, issue),
  ];
  config.profiles.forEach((profile, index) => {
    if (profile === "") issues.push(issue(`profiles.${index}`, "The name of a profile is expected here"));
  });
  if (ostypes && config.ostype !== "" && !ostypes.includes(config.ostype)) {
    const hint = didYouMean(config.ostype, ostypes) || ` (known are ${ostypes.join(", ")})`;
    issues.push(issue("ostype", `There is no ostype "${config.ostype}"${hint}`));
  }
  return [...issues, ...await checkFiles(config, issue, options.io)];
}

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
import { checkProvisions } from "./provisions.ts";
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

/** Places of keys in a file; the file itself where a key has none. */
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

/** Ports that a service can have. */
const PORTS = { least: 1, most: 65535 } as const;

/** The longest time of a check, in seconds: a day. */
const LONGEST = 86_400;

function checkChecks(config: Config, issue: ReturnType<typeof issueMaker>): Issue[] {
  return config.checks.flatMap((check, index) => {
    const at = (key: string, message: string) => issue(`checks.${index}${key}`, message);
    const kinds = (["exec", "tcp", "http"] as const).filter((kind) => check[kind] !== undefined);
    const issues: Issue[] = [];
    if (kinds.length !== 1) {
      const found = kinds.length === 0 ? "none of them" : kinds.join(" and ");
      issues.push(at("", `A check has one of "exec", "tcp" and "http", and this one has ${found}`));
    }
    const { exec, tcp, http, retries } = check;
    if (Array.isArray(exec) && (exec.length === 0 || exec[0] === "")) {
      issues.push(at(".exec", "The list has no command"));
    }
    const isPort = (port: number) => port >= PORTS.least && port <= PORTS.most;
    const port = (value: number) =>
      `A port from ${PORTS.least} to ${PORTS.most} is expected here, not ${value}`;
    if (tcp !== undefined && !isPort(tcp)) issues.push(at(".tcp", port(tcp)));
    if (http) {
      if (!isPort(http.port)) issues.push(at(".http.port", port(http.port)));
      // It becomes a line of the request.
      if (!/^\/[!-~]*$/.test(http.path)) {
        issues.push(
          at(".http.path", `A path of a URL is expected here, which begins with a slash and has no space`),
        );
      }
      const { status = 200 } = http;
      if (status < 100 || status > 599) {
        issues.push(at(".http.status", `A status from 100 to 599 is expected here, not ${status}`));
      }
    }
    if (retries < 1 || retries > 1000) {
      issues.push(at(".retries", `A number from 1 to 1000 is expected here, not ${retries}`));
    }
    for (
      const [key, seconds, least] of [
        ["interval", check.interval, 0],
        ["timeout", check.timeout, 0.001],
        ["start-period", check.startPeriod, 0],
        ["start-interval", check.startInterval, 0],
      ] as const
    ) {
      if (seconds > LONGEST) issues.push(at(`.${key}`, "The longest time is 24h"));
      if (seconds < least) issues.push(at(`.${key}`, "The time must not be 0"));
    }
    return issues;
  });
}

/** Checks a merged configuration and returns all issues. */
export async function checkConfig(config: Config, where: Where, options: CheckOptions): Promise<Issue[]> {
  const issue = issueMaker(where, options.file);
  const { incomplete, ostypes } = options;
  const issues = [
    ...checkFilesystems(config, issue),
    ...checkDevices(config, issue, isComplete(incomplete, "filesystems")),
    ...checkPlainTexts(config, issue),
    ...checkChecks(config, issue),
    ...checkProvisions(config, issue),
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

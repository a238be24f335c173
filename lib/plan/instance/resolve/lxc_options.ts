/**
 * `lxc-options`: the options of `lxc init` and `incus create` that users have in their files, as what they
 * mean for a create request.
 * Rule of their forms: the clients' option parser (`-k v`, `-kv`, `-k=v`, `--key v`, `--key=v`).
 *
 * @module
 */
import { ConfigError, type Issue } from "../../../base/errors.ts";
import { valueProblem } from "../../../instance/settings/config_value.ts";
import { type Described, type PlanOptions, problem, type Target } from "../../world.ts";

/** Meaning of the options for a create request. */
export interface LxcOptions {
  readonly config: Readonly<Record<string, string>>;
  /** Keys to override, by device. */
  readonly devices: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly profiles: readonly string[];
  readonly noProfiles: boolean;
  readonly ephemeral: boolean;
  readonly vm: boolean;
  readonly network?: string;
  readonly storage?: string;
  readonly instanceType?: string;
  readonly target?: string;
  readonly description?: string;
  /** Create an empty root filesystem. */
  readonly empty?: true;
  /** Files with a line NAME=VALUE for each variable of its environment, with their places in the list. */
  readonly environmentFiles?: readonly EnvironmentFile[];
}

interface EnvironmentFile {
  readonly path: string;
  readonly index: number;
}

interface Collected {
  config: Record<string, string>;
  devices: Record<string, Record<string, string>>;
  profiles: string[];
  noProfiles: boolean;
  ephemeral: boolean;
  vm: boolean;
  network?: string;
  storage?: string;
  instanceType?: string;
  target?: string;
  description?: string;
  empty?: true;
  environmentFiles?: EnvironmentFile[];
}

/** Place of an option, and the project of its instance. */
interface At {
  readonly index: number;
  /** The project of the instance. */
  readonly project: string;
}

interface Option {
  readonly names: readonly string[];
  /** Absent for an option without a value. */
  readonly value?: (into: Collected, value: string, at: At) => string | void;
  readonly flag?: (into: Collected) => void;
}

const options: readonly Option[] = [
  { names: ["-c", "--config"], value: (into, value) => configuration(into, value) },
  { names: ["-d", "--device"], value: device },
  { names: ["-p", "--profile"], value: (into, value) => void into.profiles.push(value) },
  { names: ["-n", "--network"], value: (into, value) => void (into.network = value) },
  { names: ["-s", "--storage"], value: (into, value) => void (into.storage = value) },
  { names: ["-t", "--type"], value: (into, value) => void (into.instanceType = value) },
  { names: ["--target"], value: (into, value) => void (into.target = value) },
  { names: ["--description"], value: (into, value) => void (into.description = value) },
  { names: ["-e", "--ephemeral"], flag: (into) => void (into.ephemeral = true) },
  { names: ["--vm"], flag: (into) => void (into.vm = true) },
  { names: ["--no-profiles"], flag: (into) => void (into.noProfiles = true) },
  { names: ["--empty"], flag: (into) => void (into.empty = true) },
  {
    names: ["--environment-file"],
    value: (into, path, { index }) => void (into.environmentFiles ??= []).push({ path, index }),
  },
  { names: ["--project"], value: (_, value, at) => otherProject(value, at) },
  // Options about the client's output and its daemon; they have no meaning here.
  ...[["-q", "--quiet"], ["-v", "--verbose"], ["--debug"], ["--force-local"]].map((names) => ({
    names,
    flag: () => {},
  })),
];

/**
 * Refuses an option for another project. It decides only where neither configuration nor command line name
 * one; see `buildInstance()`.
 */
function otherProject(value: string, { project }: At): string | void {
  if (value !== project) {
    return `it says "${value}", and the project of the instance is "${project}": its profile would not be there`;
  }
}

function assign(into: Record<string, string>, text: string): string | void {
  const equals = text.indexOf("=");
  if (equals < 1) return `"${text}" is not of the form key=value`;
  into[text.slice(0, equals)] = text.slice(equals + 1);
}

function configuration({ config }: Collected, text: string): string | void {
  const wrong = assign(config, text);
  if (wrong) return wrong;
  const equals = text.indexOf("=");
  return valueProblem(text.slice(0, equals), text.slice(equals + 1));
}

function device(into: Collected, text: string): string | void {
  const [name, ...pairs] = text.split(",");
  if (!name || pairs.length === 0) return `"${text}" is not of the form device,key=value`;
  const keys = into.devices[name] ??= Object.create(null);
  for (const pair of pairs) {
    const wrong = assign(keys, pair);
    if (wrong) return wrong;
  }
}

/**
 * Returns a target's options with those that its configuration's keys replace, and of these, those that the command
 * line replaces.
 */
export function withFlags(
  target: Described,
  read: LxcOptions,
  { vm, member }: Pick<PlanOptions, "vm" | "member">,
): LxcOptions {
  const { target: configured, config } = target.instance;
  const on = member || configured || read.target;
  return {
    ...read,
    vm: vm || (config.type === undefined ? read.vm : config.type === "virtual-machine"),
    ...(on ? { target: on } : {}),
  };
}

/**
 * Reads the environment from the files that a target's options name, line by line as the clients read them.
 *
 * @throws {ConfigError} where there is no such file
 */
export function environment(
  target: Target,
  { environmentFiles = [] }: Pick<LxcOptions, "environmentFiles">,
): Readonly<Record<string, string>> {
  const entries = environmentFiles.flatMap(({ path, index }) => {
    const text = target.environments?.get(path);
    if (text === undefined) {
      throw new ConfigError([problem(target, `lxc-options.${index}`, `No such file: ${path}`)]);
    }
    return text.split("\n").filter((line) => line !== "").map((line) => line.split(/=(.*)/s));
  });
  return Object.fromEntries(entries.map(([name, value = ""]) => [`environment.${name}`, value]));
}

/**
 * Reads a target's `lxc-options`.
 *
 * @throws {ConfigError} that names each option that has no translation
 */
export function readLxcOptions(target: Described): LxcOptions {
  const into: Collected = {
    // Names of files must not reach properties that all objects inherit.
    config: Object.create(null),
    devices: Object.create(null),
    profiles: [],
    noProfiles: false,
    ephemeral: false,
    vm: false,
  };
  const issues: Issue[] = [];
  const words = target.instance.config.lxcOptions.flatMap((text, index) =>
    splitOption(text).map((word) => ({ word, index }))
  );
  for (let at = 0; at < words.length; at++) {
    const { word, index } = words[at]!;
    const fail = (message: string) => issues.push(problem(target, `lxc-options.${index}`, message));
    const found = match(word);
    if (!found) {
      fail(`Unknown option "${word}"; lxops knows ${options.flatMap((option) => option.names).join(" ")}`);
      continue;
    }
    if (found.option.flag) {
      if (found.value !== "false") found.option.flag(into);
      continue;
    }
    const value = found.value ?? words[++at]?.word;
    if (value === undefined) fail(`Option "${word}" needs a value`);
    else {
      const wrong = found.option.value?.(into, value, { index, project: target.instance.project });
      if (wrong) fail(`Option "${found.option.names[0]}": ${wrong}`);
    }
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return into;
}

/** Splits an item that has an option and its value, as on a command line. */
function splitOption(text: string): string[] {
  const found = text.trim().match(/^(--?[A-Za-z][A-Za-z-]*)\s+(.*)$/s);
  return found ? [found[1]!, found[2]!] : [text.trim()];
}

function match(word: string): { option: Option; value?: string } | undefined {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  const exact = options.find((option) => option.names.includes(name));
  if (exact) return equals < 0 ? { option: exact } : { option: exact, value: word.slice(equals + 1) };
  if (/^-[A-Za-z]./.test(word)) {
    const short = options.find((option) => option.value && option.names.includes(word.slice(0, 2)));
    if (short) return { option: short, value: word.slice(2) };
  }
  return undefined;
}

/**
 * Merges the keys about hooks, secrets and kept files, checks them, and writes them as a file has them.
 *
 * @module
 */
import { isAbsolute, join } from "@std/path";
import type { Issue } from "../base/errors.ts";
import { durationText } from "../base/durations.ts";
import { compareTexts } from "../base/order.ts";
import type { Config, Layer, Origin } from "./config.ts";
import {
  type Hook,
  HOOK_POINTS,
  KEPT_WORDS,
  type ProvisionKeys,
  SECRET_SOURCES,
  type SecretEntry,
} from "./schema/provision_keys.ts";

type Raw = Layer["raw"];
type RawHook = { readonly [key in keyof Hook]: Hook[key] };
type RawSecret = Omit<SecretEntry, "directory">;

/** Returns a path that a file names, as an absolute one. */
function besides({ directory }: Layer, path: string): string {
  return path === "" || directory === "" || isAbsolute(path) ? path : join(directory, path);
}

/** Returns the words of a command; a program with a slash is relative to the file. */
function commandOf(layer: Layer, [program, ...args]: readonly string[]): readonly string[] {
  if (program === undefined) return [];
  return [program.includes("/") ? besides(layer, program) : program, ...args];
}

const HOOK_DEFAULTS = { in: "host", args: [], timeout: 600 } as const;
const SECRET_DEFAULTS: RawSecret = {
  file: "",
  env: "",
  sops: "",
  key: "",
  age: "",
  identity: "",
  command: [],
  owner: "",
  mode: 0o400,
};

/** Merges the keys; hooks and kept files are appended, and a secret replaces one of an included file. */
export function mergeProvisions(layers: readonly Layer[], origins: Map<string, Origin[]>): ProvisionKeys {
  const place = (key: string, { source }: Layer, path: (string | number)[]) =>
    origins.set(key, [...origins.get(key) ?? [], { source, path }]);
  const hooks = Object.fromEntries(HOOK_POINTS.flatMap((point) => {
    const all = layers.flatMap((layer) =>
      hooksOf(layer.raw, point).map((hook, index) => ({ hook, layer, index }))
    );
    all.forEach(({ layer, index }, at) => place(`hooks.${point}.${at}`, layer, ["hooks", point, index]));
    return all.length === 0
      ? []
      : [[point, all.map(({ hook, layer }): Hook => ({ ...hook, run: besides(layer, hook.run) }))]];
  }));
  const secrets: Record<string, SecretEntry> = {};
  const keep = new Set<string>();
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer.raw.secrets)) {
      const given: RawSecret = typeof value === "string" ? { ...SECRET_DEFAULTS, file: value } : value;
      const { file, sops, age, identity, command, ...rest } = given;
      secrets[name] = {
        ...rest,
        file: besides(layer, file),
        sops: besides(layer, sops),
        age: besides(layer, age),
        identity: besides(layer, identity),
        command: commandOf(layer, command),
        directory: layer.directory,
      };
      place(`secrets.${name}`, layer, ["secrets", name]);
    }
    for (const [index, path] of layer.raw.keep.entries()) {
      if (keep.has(path)) continue;
      place(`keep.${keep.size}`, layer, ["keep", index]);
      keep.add(path);
    }
  }
  return { hooks, secrets, keep: [...keep] };
}

function hooksOf(raw: Raw, point: typeof HOOK_POINTS[number]): readonly RawHook[] {
  const given = raw.hooks[point] as readonly (string | RawHook)[] | undefined ?? [];
  return given.map((one) => typeof one === "string" ? { run: one, ...HOOK_DEFAULTS } : one);
}

/** The longest time of a hook, in seconds: a day. */
const LONGEST = 86_400;
/** The most paths that are kept. */
const MOST_KEPT = 64;

/** Checks the keys, before anything of them is looked up. */
export function checkProvisions(
  { hooks, secrets, keep }: Config,
  issue: (key: string, message: string, severity?: Issue["severity"]) => Issue,
): Issue[] {
  const issues: Issue[] = [];
  for (const point of HOOK_POINTS) {
    (hooks[point] ?? []).forEach(({ run, in: place, timeout, args }, index) => {
      const at = (key: string, message: string) =>
        issues.push(issue(`hooks.${point}.${index}${key}`, message));
      if (run === "") at(".run", `"run" is missing, which is the program of a hook`);
      if (timeout <= 0 || timeout > LONGEST) at(".timeout", "A time from 1s to 24h is expected here");
      if ([run, ...args].some((word) => word.includes("\0"))) at("", "A word has a zero byte");
      if (place === "guest" && NOT_RUNNING.includes(point)) {
        at(".in", `The instance does not run at "${point}", so a hook of the guest is not possible`);
      }
    });
  }
  for (const [name, secret] of Object.entries(secrets)) {
    const at = (key: string, message: string) => issues.push(issue(`secrets.${name}${key}`, message));
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(name)) {
      at(
        "",
        `"${name}" cannot be the name of a file with a secret: letters, digits, "_", "-" and "." are possible`,
      );
    }
    const given = SECRET_SOURCES.filter((source) => secret[source].length > 0);
    if (given.length !== 1) {
      at(
        "",
        `A secret has one of ${SECRET_SOURCES.join(", ")}, and this one has ${given.join(" and ") || "none"}`,
      );
    }
    if (secret.key !== "" && secret.sops === "") at(".key", `"key" belongs to "sops"`);
    if (secret.identity !== "" && secret.age === "") at(".identity", `"identity" belongs to "age"`);
    if (secret.env !== "" && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(secret.env)) {
      at(".env", `"${secret.env}" cannot be the name of a variable`);
    }
    if (secret.owner !== "" && !/^[A-Za-z0-9_][\w.-]*(?::[A-Za-z0-9_][\w.-]*)?$/.test(secret.owner)) {
      at(".owner", `USER or USER:GROUP is expected here, not "${secret.owner}"`);
    }
    if ((secret.mode & ~0o770) !== 0) at(".mode", "Others must not be able to read a secret: 0400 to 0770");
  }
  keep.forEach((path, index) => {
    const at = (message: string) => issues.push(issue(`keep.${index}`, message));
    if (KEPT_WORDS.some((word) => word === path)) return;
    if (!path.startsWith("/")) {
      at(`${KEPT_WORDS.join(", ")} or an absolute path is expected here, not "${path}"`);
    } else if (
      /\/\/|\/$|\0|[\r\n]/.test(path) || path.split("/").some((part) => part === "." || part === "..")
    ) {
      at(`"${path}" is not the path of a file`);
    }
  });
  if (keep.length > MOST_KEPT) issues.push(issue("keep", `More than ${MOST_KEPT} paths cannot be kept`));
  return issues;
}

/** Points at which the instance does not run, or does not exist. */
const NOT_RUNNING: readonly string[] = ["before-launch", "after-create", "after-delete"];

/** Returns the keys as a configuration file has them, without defaults. */
export function provisionData({ hooks, secrets, keep }: ProvisionKeys): Record<string, unknown> {
  return {
    ...(Object.keys(hooks).length === 0 ? {} : {
      hooks: Object.fromEntries(Object.entries(hooks).map(([point, list]) => [point, list.map(hookData)])),
    }),
    ...(Object.keys(secrets).length === 0 ? {} : {
      secrets: Object.fromEntries(
        Object.entries(secrets).sort(([a], [b]) => compareTexts(a, b)).map(([name, one]) => [
          name,
          secretData(one),
        ]),
      ),
    }),
    ...(keep.length === 0 ? {} : { keep }),
  };
}

function hookData({ run, in: place, args, timeout }: Hook): unknown {
  const more = {
    ...(place === HOOK_DEFAULTS.in ? {} : { in: place }),
    ...(args.length === 0 ? {} : { args }),
    ...(timeout === HOOK_DEFAULTS.timeout ? {} : { timeout: durationText(timeout) }),
  };
  return Object.keys(more).length === 0 ? run : { run, ...more };
}

function secretData({ mode, ...rest }: SecretEntry): unknown {
  const keys = ["file", "env", "sops", "key", "age", "identity", "command", "owner"] as const;
  return {
    ...Object.fromEntries(keys.flatMap((key) => rest[key].length > 0 ? [[key, rest[key]]] : [])),
    ...(mode === SECRET_DEFAULTS.mode ? {} : { mode: `0${mode.toString(8)}` }),
  };
}

/**
 * The part of definitions that every taker needs. It reads a definition that lxops has written without the schema,
 * whose modules cost a taker more processor time than everything else.
 *
 * @module
 */
import type { ProfileInfo } from "../../ports/mod.ts";
import type { PoolRef } from "../../step/pool.ts";
import { DEFINITION_KEYS, DEFINITION_PREFIX, definitionName } from "./names.ts";
import type { PoolSpec } from "./spec.ts";

/** Settings of a pool that can be changed later, with their defaults. */
export const DEFAULTS = {
  ready: "running",
  mode: "lease",
  leaseSeconds: 3600,
  maxAgeSeconds: 0,
  reset: "none",
  until: ["exec"],
  readySeconds: 60,
  sshUser: "root",
  hostKeys: "new",
  enabled: true,
} as const satisfies Partial<PoolSpec>;

/** Name of a user that no program takes for a flag. */
export const USER = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/;

/** Tells whether a text is the name of a user. */
export function isUser(text: string): boolean {
  return USER.test(text);
}

/** Tells whether a key of an instance is set by lxops or the daemon itself. */
export function isReserved(key: string): boolean {
  return key.startsWith("user.lxops") || key.startsWith("volatile.");
}

/** Returns which settings of a pool contradict each other; `undefined` where none do. */
export function conflictOf(
  { size, max, mode, ready, reset, program, copies }: Pick<
    PoolSpec,
    "size" | "max" | "mode" | "ready" | "reset" | "program" | "copies"
  >,
): string | undefined {
  if (max < size) return `max ${max} is less than size ${size}`;
  if (mode === "self" && ready !== "running") {
    return "instances of mode self work by themselves, and must be ready as running";
  }
  if (mode === "self" && reset !== "none") {
    return "instances of mode self are not released, and reset must be none";
  }
  if (mode !== "self" && copies) {
    return "only instances of mode self get files; to copy files into an instance that was taken: lxops cp";
  }
  if (mode !== "self" && program) return "only instances of mode self run a program";
  return undefined;
}

/** Tells whether a profile defines a pool, whatever its definition is worth. */
export function isDefinition({ name, config }: Pick<ProfileInfo, "name" | "config">): boolean {
  return name.startsWith(DEFINITION_PREFIX) && config[DEFINITION_KEYS.spec] !== undefined;
}

/** Tells whether a profile was that of a pool's definition, which it has lost: nothing else is in it. */
export function isEmptyDefinition(profile: Pick<ProfileInfo, "name" | "config" | "devices">): boolean {
  const { name, config, devices } = profile;
  return name.startsWith(DEFINITION_PREFIX) && (config[DEFINITION_KEYS.spec] ?? "") === "" &&
    Object.keys(devices).length === 0 && Object.keys(config).every(isReserved);
}

/** The longest time for which a tender says in advance that it goes on, in milliseconds. */
const LONGEST_TENDED_MS = 86_400_000;

/** Returns for how long from `now` a tender looks after a pool, as its profile says; 0: there is none. */
export function tendedMs(config: ProfileInfo["config"], now: number): number {
  const left = Date.parse(config[DEFINITION_KEYS.tended] ?? "") - now;
  return left > 0 && left <= LONGEST_TENDED_MS ? left : 0;
}

/**
 * Reads a definition as lxops writes it for pools of mode `lease`; `undefined` where the schema has to decide, also
 * where the definition has anything else. The schema accepts every definition that this accepts.
 */
export function quickSpec(
  { config }: Pick<ProfileInfo, "config">,
  { project, pool }: PoolRef,
): PoolSpec | undefined {
  let value: unknown;
  try {
    value = JSON.parse(config[DEFINITION_KEYS.spec] ?? "");
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value);
  const isWhole = entries.every(([key, one]) => Object.hasOwn(CHECKS, key) && CHECKS[key]!(one)) &&
    Object.keys(CHECKS).every((key) => OPTIONAL.has(key) || Object.hasOwn(value, key));
  if (!isWhole) return undefined;
  // A change of it is written as its schema has it, whatever order the text has.
  const ordered = Object.keys(CHECKS).filter((key) => Object.hasOwn(value, key));
  const spec = Object.fromEntries(
    ordered.map((key) => [key, (value as Readonly<Record<string, unknown>>)[key]]),
  ) as unknown as PoolSpec;
  const isOwn = spec.pool === pool && spec.project === project && definitionName(pool).length < 64;
  return isOwn && conflictOf(spec) === undefined ? spec : undefined;
}

type Checker = (value: unknown) => boolean;

const isText = (value: unknown): value is string => typeof value === "string";
const isName: Checker = (value) => isText(value) && /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,254}$/.test(value);
const isTexts: Checker = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) &&
  Object.entries(value).every(([key, one]) =>
    /^[A-Za-z0-9._-]+$/.test(key) && key !== "__proto__" && isText(one)
  );
const isCount: Checker = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= 10_000;
const isSeconds: Checker = (value) =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 && value <= 366 * 86_400;
const oneOf = (...all: readonly string[]): Checker => (value) => isText(value) && all.includes(value);

const OPTIONAL: ReadonlySet<string> = new Set(["resolves"]);

const CHECKS: Readonly<Record<string, Checker>> = {
  version: (value) => value === 1,
  pool: isText,
  project: isText,
  image: isName,
  type: oneOf("container", "virtual-machine"),
  profiles: (value) => Array.isArray(value) && value.every(isName),
  config: (value) => isTexts(value) && !Object.keys(value as object).some(isReserved),
  devices: (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.entries(value).every(([key, one]) => key !== "__proto__" && isTexts(one)),
  size: isCount,
  max: isCount,
  ready: oneOf("running", "frozen", "stopped"),
  mode: oneOf("lease"),
  leaseSeconds: isSeconds,
  maxAgeSeconds: isSeconds,
  reset: oneOf("none", "snapshot"),
  until: (value) =>
    Array.isArray(value) &&
    value.every(oneOf("network", "ipv4", "ipv6", "exec", "init", "systemd", "cloud-init", "stopped")),
  resolves: (value) => isText(value) && /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}$/.test(value),
  readySeconds: isSeconds,
  sshUser: (value) => isText(value) && isUser(value),
  hostKeys: oneOf("new", "image"),
  enabled: (value) => typeof value === "boolean",
};

/**
 * The definition of a pool, as the profile `lxops-pool-NAME` has it.
 *
 * @module
 */
import * as z from "zod/mini";
import { ConfigError } from "../../base/errors.ts";
import { narrow } from "../../base/schemas.ts";
import type { ProfileInfo } from "../../ports/mod.ts";
import type { PoolRef } from "../../step/pool.ts";
import { conflictOf, DEFAULTS, isDefinition, isReserved, USER } from "./definition.ts";
import { DEFINITION_KEYS, DEFINITION_PREFIX, poolProblem } from "./names.ts";

const texts = z.record(z.string(), z.string());
/** A name that goes to the daemon and to the terminal. */
const name = z.string().check(z.regex(/^[^\p{Cc}\p{Cf}]{1,255}$/u, "is no name"));
const settings = texts.check(
  z.refine((map) => !Object.keys(map).some(isReserved), "has a key that only lxops and the daemon set"),
);
const seconds = z.number().check(z.minimum(0), z.maximum(10 * 366 * 86_400));
const count = z.int().check(z.minimum(0), z.maximum(10_000));

const specSchema = z.object({
  version: z.literal(1),
  pool: z.string().check(z.refine((text) => poolProblem(text) === undefined, "is no name of a pool")),
  project: z.string(),
  /** Name of the image: an alias, or the start of a fingerprint. */
  image: name,
  type: z.enum(["container", "virtual-machine"]),
  profiles: z.array(name),
  config: settings,
  devices: z.record(z.string(), texts),
  /** Number of instances that wait to be taken. */
  size: count,
  /** Largest number of all instances, also those that are taken. */
  max: count,
  ready: z.enum(["running", "frozen", "stopped"]),
  /** `lease`: instances are taken and given back; `self`: one is used up when it stops. */
  mode: z.enum(["lease", "self"]),
  leaseSeconds: seconds,
  /** Age at which an instance that was not taken goes; 0: never. */
  maxAgeSeconds: seconds,
  reset: z.enum(["none", "snapshot"]),
  /** Conditions for a new instance to be ready. */
  until: z.array(z.enum(["network", "ipv4", "ipv6", "exec", "init", "systemd", "cloud-init", "stopped"])),
  resolves: z.optional(
    z.string().check(z.regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}$/, "is no name of a host")),
  ),
  readySeconds: seconds,
  sshUser: z.string().check(z.regex(USER, "is no name of a user")),
  /** Host keys of the SSH server: new ones in each instance, or those of the image in all. */
  hostKeys: z.enum(["new", "image"]),
  /** Program that a new instance of mode `self` runs; absent: it has one that starts by itself. */
  program: z.optional(
    z.array(z.string().check(z.regex(/^[^\0]*$/, "is no argument"))).check(z.minLength(1)),
  ),
  /** Paths of files that new instances of mode `self` get by `--copy-in`; their content is not here. */
  copies: z.optional(
    z.array(z.string().check(z.regex(/^\/[^\p{Cc}\p{Cf}:]{0,254}$/u, "is no path of a file"))).check(
      z.minLength(1),
    ),
  ),
  /** Instances are handed out, and new ones are made. */
  enabled: z.boolean(),
});

/** The definition of a pool. */
export type PoolSpec = Readonly<z.output<typeof specSchema>>;

/** Returns the text of a definition. */
export function specText(spec: PoolSpec): string {
  return JSON.stringify(spec);
}

/**
 * Checks a definition, which any user may have written who may change profiles: such a user may not use the host, or
 * another project.
 *
 * @param fail makes an error of what is wrong
 */
export function checkSpec(
  value: unknown,
  { project, pool }: PoolRef,
  fail: (reason: string) => Error,
): PoolSpec {
  const spec = narrow(specSchema, value, fail);
  if (spec.pool !== pool) throw fail(`it is that of pool "${spec.pool}"`);
  if (spec.project !== project) throw fail(`it is that of a pool in another project, "${spec.project}"`);
  const conflict = conflictOf(spec);
  if (conflict !== undefined) throw fail(conflict);
  return spec;
}

/** The settings of a definition that can be read, and the names of the others. */
export interface ReadablePart {
  readonly part: Partial<PoolSpec>;
  readonly lost: readonly string[];
}

/** Reads of a definition what can be read, to mend it or to remove its pool. */
export function readablePart({ config }: Pick<ProfileInfo, "config">): ReadablePart {
  let value: unknown;
  try {
    value = JSON.parse(config[DEFINITION_KEYS.spec] ?? "");
  } catch {
    // Nothing of it can be read.
  }
  const given = typeof value === "object" && value !== null ? value as Readonly<Record<string, unknown>> : {};
  const keys = Object.keys(given).filter((key) => Object.hasOwn(specSchema.shape, key));
  const schemas: Readonly<Record<string, z.ZodMiniType>> = specSchema.shape;
  const isGood = (key: string) => z.safeParse(schemas[key]!, given[key]).success;
  return {
    part: Object.fromEntries(keys.filter(isGood).map((key) => [key, given[key]])),
    lost: keys.filter((key) => !isGood(key)),
  };
}

/** Returns a definition of a pool that has nothing but defaults, without an image. */
export function plainSpec(ref: PoolRef): PoolSpec {
  return {
    version: 1,
    ...ref,
    image: "",
    type: "container",
    profiles: ["default"],
    config: {},
    devices: {},
    ...DEFAULTS,
    until: [...DEFAULTS.until],
    size: 0,
    max: 0,
  };
}

/** Tells whether a profile defines a pool of another project, which has the same profiles. */
export function isOfAnother({ config }: Pick<ProfileInfo, "config">, project: string): boolean {
  try {
    const value: unknown = JSON.parse(config[DEFINITION_KEYS.spec] ?? "");
    return typeof value === "object" && value !== null && "project" in value &&
      typeof value.project === "string" && value.project !== project;
  } catch {
    return false;
  }
}

/**
 * Reads the definition in a profile of a project; `undefined` where the profile defines no pool.
 *
 * @throws {ConfigError} where it is none that may be followed
 */
export function specOf(
  profile: Pick<ProfileInfo, "name" | "config">,
  project: string,
): PoolSpec | undefined {
  if (!isDefinition(profile)) return undefined;
  const { name, config } = profile;
  const fail = (reason: string) =>
    new ConfigError([{
      file: `profile ${name}`,
      key: DEFINITION_KEYS.spec,
      message: `is no definition of a pool that this lxops can read: ${reason}`,
      severity: "error",
    }], [
      `To mend it: lxops pool set ${name.slice(DEFINITION_PREFIX.length)} KEY=VALUE`,
      `To remove the pool: lxops pool destroy ${name.slice(DEFINITION_PREFIX.length)}`,
    ]);
  let value: unknown;
  try {
    value = JSON.parse(config[DEFINITION_KEYS.spec] ?? "");
  } catch {
    throw fail("it is not JSON");
  }
  return checkSpec(value, { project, pool: name.slice(DEFINITION_PREFIX.length) }, fail);
}

/**
 * The definition of a pool, as the profile `lxops-pool-NAME` has it.
 *
 * @module
 */
import * as z from "zod/mini";
import { ConfigError } from "../../base/errors.ts";
import { narrow } from "../../base/schemas.ts";
import type { ProfileInfo } from "../../ports/mod.ts";
import { DEFINITION_KEYS, DEFINITION_PREFIX } from "./names.ts";

const texts = z.record(z.string(), z.string());
const seconds = z.number().check(z.minimum(0), z.maximum(10 * 366 * 86_400));
const count = z.int().check(z.minimum(0), z.maximum(10_000));

const specSchema = z.object({
  version: z.literal(1),
  pool: z.string(),
  project: z.string(),
  /** Name of the image: an alias, or the start of a fingerprint. */
  image: z.string(),
  type: z.enum(["container", "virtual-machine"]),
  profiles: z.array(z.string()),
  config: texts,
  devices: z.record(z.string(), texts),
  /** Steps that configure a new instance, as JSON of the plan's steps. */
  setup: z.array(z.unknown()),
  /** Number of instances that wait to be taken. */
  size: count,
  /** Largest number of all instances, also those that are taken. */
  max: count,
  ready: z.enum(["running", "frozen", "stopped"]),
  /** `lease`: instances are taken and given back; `self`: one is used up when it stops. */
  mode: z.enum(["lease", "self"]),
  leaseSeconds: seconds,
  /** Age at which an instance that nobody took goes; 0: never. */
  maxAgeSeconds: seconds,
  reset: z.enum(["none", "snapshot"]),
  /** What a new instance must have before it is ready. */
  until: z.array(z.enum(["network", "ipv4", "ipv6", "exec", "init", "systemd", "cloud-init", "stopped"])),
  resolves: z.optional(z.string()),
  readySeconds: seconds,
  sshUser: z.string(),
  /** Host keys of the SSH server: new ones in each instance, or those of the image in all. */
  hostKeys: z.enum(["new", "image"]),
  /** Program that a new instance of mode `self` runs; absent: it has one that starts by itself. */
  program: z.optional(z.array(z.string())),
  /** Instances are handed out, and new ones are made. */
  enabled: z.boolean(),
});

/** The definition of a pool. */
export type PoolSpec = Readonly<z.output<typeof specSchema>>;

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

/** Returns the text of a definition. */
export function specText(spec: PoolSpec): string {
  return JSON.stringify(spec);
}

/** Reads the definition in a profile; `undefined` where the profile defines no pool. */
export function specOf({ name, config }: Pick<ProfileInfo, "name" | "config">): PoolSpec | undefined {
  const text = config[DEFINITION_KEYS.spec];
  if (!name.startsWith(DEFINITION_PREFIX) || text === undefined) return undefined;
  const fail = (reason: string) =>
    new ConfigError([{
      file: `profile ${name}`,
      key: DEFINITION_KEYS.spec,
      message: `is no definition of a pool that this lxops can read: ${reason}`,
      severity: "error",
    }]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fail("it is not JSON");
  }
  const spec = narrow(specSchema, value, fail);
  if (`${DEFINITION_PREFIX}${spec.pool}` !== name) throw fail(`it is that of pool "${spec.pool}"`);
  return spec;
}

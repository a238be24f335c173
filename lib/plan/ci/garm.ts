/**
 * The contract of garm's external providers, interface v0.1.0 and v0.1.1: garm's requests, and the answers.
 *
 * @module
 */
import * as z from "zod/mini";
import { LxopsError, StateError } from "../../base/errors.ts";
import { instanceNameProblem } from "../../instance/patterns/names.ts";
import type { Address, InstanceInfo } from "../../ports/mod.ts";
import { narrow } from "../../base/schemas.ts";
import { RUN_MARK, runOf } from "../instance/throw_away.ts";
import { isMember } from "../pool/members.ts";
import { POOL_KEYS } from "../pool/names.ts";

/** The versions of the interface. */
export const VERSIONS = ["v0.1.0", "v0.1.1"] as const;

/** The commands of both versions; the variables that each must have, besides those of all. */
const COMMANDS = {
  CreateInstance: ["GARM_POOL_ID"],
  DeleteInstance: ["GARM_INSTANCE_ID"],
  GetInstance: ["GARM_INSTANCE_ID"],
  ListInstances: ["GARM_POOL_ID"],
  StartInstance: ["GARM_INSTANCE_ID"],
  StopInstance: ["GARM_INSTANCE_ID"],
  RemoveAllInstances: [],
  GetVersion: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The commands of v0.1.1 alone. */
const LATER = {
  GetSupportedInterfaceVersions: [],
  ValidatePoolInfo: [],
  GetConfigJSONSchema: [],
  GetExtraSpecsJSONSchema: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A command of garm. */
export type GarmCommand = keyof typeof COMMANDS | keyof typeof LATER;

/** A request of garm. */
export interface Order {
  readonly command: GarmCommand;
  readonly file: string;
  readonly controller: string;
  readonly pool: string;
  readonly instance: string;
}

/**
 * Reads an order of garm out of the environment.
 *
 * @throws {LxopsError} where something is missing
 */
export function orderOf(env: (name: string) => string | undefined): Order {
  const version = env("GARM_INTERFACE_VERSION") || "v0.1.0";
  if (!VERSIONS.some((one) => one === version)) {
    throw new LxopsError(`GARM_INTERFACE_VERSION is "${version}"; known are ${VERSIONS.join(" and ")}`);
  }
  const known: Readonly<Record<string, readonly string[]>> = version === "v0.1.0"
    ? COMMANDS
    : { ...COMMANDS, ...LATER };
  const command = env("GARM_COMMAND") ?? "";
  if (command === "") {
    throw new LxopsError("GARM_COMMAND is not set", [
      "garm sets it; by hand: lxops ci doctor garm",
    ]);
  }
  if (!Object.hasOwn(known, command)) {
    throw new LxopsError(`GARM_COMMAND is "${command}", which ${version} does not have`);
  }
  const needed = ["GARM_PROVIDER_CONFIG_FILE", "GARM_CONTROLLER_ID", ...known[command]!];
  const absent = needed.filter((name) => !env(name));
  if (absent.length > 0) throw new LxopsError(`${absent.join(" and ")} must be set for ${command}`);
  return {
    command: command as GarmCommand,
    file: env("GARM_PROVIDER_CONFIG_FILE")!,
    controller: env("GARM_CONTROLLER_ID")!,
    pool: env("GARM_POOL_ID") ?? "",
    instance: env("GARM_INSTANCE_ID") ?? "",
  };
}

const words = z.nullish(z.string());

/** The part of `BootstrapInstance` that lxops reads. */
const bootstrapSchema = z.object({
  name: z.string(),
  "callback-url": words,
  "metadata-url": words,
  "instance-token": words,
  "ssh-keys": z.nullish(z.array(z.string())),
  "ca-cert-bundle": words,
  arch: words,
  os_type: words,
  flavor: words,
  image: words,
  pool_id: words,
  proxy_config: z.nullish(z.object({ http_proxy: words, https_proxy: words, no_proxy: words })),
});

/** An instance that garm wants. */
export type Bootstrap = z.output<typeof bootstrapSchema>;

/**
 * Reads what garm writes to standard input for `CreateInstance`.
 *
 * @throws {LxopsError} where it is not that
 */
export function parseBootstrap(text: string | undefined): Bootstrap {
  const fail = (reason: string) =>
    new LxopsError(`CreateInstance takes a JSON object on standard input: ${reason}`);
  if (!text) throw fail("there is none");
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw fail("it is no JSON");
  }
  const bootstrap = narrow(bootstrapSchema, data, fail);
  const wrong = instanceNameProblem(bootstrap.name);
  if (wrong !== undefined) throw fail(`the name ${JSON.stringify(bootstrap.name)} ${wrong}`);
  if (bootstrap.os_type && bootstrap.os_type !== "linux") {
    throw new LxopsError(`lxops makes instances of linux, not of "${bootstrap.os_type}"`);
  }
  return bootstrap;
}

/** Keys that garm's own providers for LXD and Incus have on instances, too. */
export const CONTROLLER = "user.runner-controller-id";
const POOL = "user.runner-pool-id";
const OS_TYPE = "user.os-type";
const OS_ARCH = "user.os-arch";

/** Key with the name by which garm knows an instance of a pool: a running instance cannot be renamed. */
export const GARM_NAME = "user.lxops.garm";

/** Returns the name by which garm knows an instance. */
export function garmName({ name, config }: Pick<InstanceInfo, "name" | "config">): string {
  return config[GARM_NAME] ?? name;
}

/** Finds an instance of a controller by the name that garm gave it, or by its own name, which is its provider id. */
export function garmFind(
  infos: readonly InstanceInfo[],
  { controller, instance }: Pick<Order, "controller" | "instance">,
): InstanceInfo | undefined {
  const own = garmInstances(infos, controller);
  return own.find((info) => garmName(info) === instance) ?? own.find(({ name }) => name === instance);
}

/** Returns the keys of an instance that garm wants. */
export function garmMarks(
  { controller, pool }: Order,
  { arch }: Bootstrap,
): Readonly<Record<string, string>> {
  return { [CONTROLLER]: controller, [POOL]: pool, [OS_TYPE]: "linux", ...(arch ? { [OS_ARCH]: arch } : {}) };
}

/**
 * Tells whether an instance is a copy of one that lxops has made: it has the keys of the original, but garm does not know it.
 */
export function isCopy(info: InstanceInfo): boolean {
  const pool = info.config[POOL_KEYS.pool];
  if (pool !== undefined && !isMember(info, pool)) return true;
  return info.config[RUN_MARK] !== undefined && runOf(info) === undefined;
}

/** Returns the instances of a controller without copies and kept ones; of one pool, where there is one. */
export function garmInstances(
  infos: readonly InstanceInfo[],
  controller: string,
  pool?: string,
): readonly InstanceInfo[] {
  return infos.filter((info) =>
    info.config[CONTROLLER] === controller && (pool === undefined || info.config[POOL] === pool) &&
    info.config[POOL_KEYS.state] !== "kept" && !isCopy(info)
  );
}

/** The error about an instance that does not exist. */
export class GarmMissing extends StateError {
  constructor(name: string) {
    super(`There is no instance "${name}" of this controller`, { kind: "missing" });
  }
}

/** The error about an instance that is there already. */
export class GarmDuplicate extends StateError {
  constructor(name: string) {
    super(`There is an instance "${name}" already`, { kind: "exists" });
  }
}

/** The states that garm takes from a provider; all others are only its own. */
const STATES: Readonly<Record<string, string>> = {
  Running: "running",
  Ready: "running",
  Frozen: "running",
  Stopped: "stopped",
  Error: "error",
};

/** Architectures of Go, by those of the kernel. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  aarch64: "arm64",
  armv7l: "arm",
  i686: "i386",
};

/** Returns an instance as garm reads it. */
export function garmInstance(info: InstanceInfo): Readonly<Record<string, unknown>> {
  const { config, status, architecture, addresses = [] } = info;
  const os = config["image.os"]?.toLowerCase();
  const release = config["image.release"] ?? config["image.version"];
  const arch = config[OS_ARCH] ?? ARCHITECTURES[architecture];
  return {
    provider_id: info.name,
    name: garmName(info),
    os_type: config[OS_TYPE] ?? "linux",
    ...(os ? { os_name: os } : {}),
    ...(release ? { os_version: release } : {}),
    ...(arch ? { os_arch: arch } : {}),
    addresses: addresses.filter(({ scope }) => scope === "global").map(({ address }: Address) => (
      { address, type: "private" }
    )),
    status: STATES[status] ?? "unknown",
  };
}

/** The JSON schema of `extra_specs`: lxops reads none. */
export const EXTRA_SPECS_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "extra_specs",
  description: "lxops reads none of them: what instances have is in the administrator's file.",
  type: "object",
} as const;

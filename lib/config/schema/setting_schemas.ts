/**
 * The schemas of keys that become settings of the instance: ports, addresses, limits, dependencies and id maps.
 *
 * @module
 */
import * as z from "zod/mini";
import { preprocess } from "../../base/schemas.ts";
import { ID_KINDS, UNTIL } from "./keys.ts";
import { field, flag, list, map, oneBy, oneOf, record, text } from "./fields.ts";

const isMap = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** Returns a schema for an item that has a short form, which is text, and a long one, which is a map. */
function shortOrLong<S extends z.ZodMiniType>(long: () => S) {
  return oneBy((value) => isMap(value) ? 1 : 0, [text, z.lazy(long)]);
}

/** Names of compose files for keys. */
const COMPOSE = { host_ip: "host-ip" } as const;

/** Returns a map with the names that lxops has for its keys. */
function renamed(value: unknown): unknown {
  if (!isMap(value)) return value;
  const entries = Object.entries(value as object).map(([key, inner]) => [
    Object.hasOwn(COMPOSE, key) ? COMPOSE[key as keyof typeof COMPOSE] : key,
    inner,
  ]);
  return Object.fromEntries(entries);
}

/** Returns the schema of an entry of `ports` that is a map. */
export const portSchema = () =>
  preprocess(
    renamed,
    record({
      target: field(text, {
        default: "",
        kind: "Pattern",
        description: "Port of the instance, or a range of ports.",
        examples: ["80", "9000-9010"],
      }),
      published: field(text, {
        default: "",
        kind: "Pattern",
        description: "Port of the host, or a range of the same length.",
        examples: ["8080"],
      }),
      "host-ip": field(text, {
        default: "",
        kind: "Pattern",
        description: "Address of the host; the default is all of its IPv4 addresses.",
        examples: ["127.0.0.1"],
      }),
      protocol: field(preprocess((value) => value || "tcp", oneOf(["tcp", "udp"])), {
        default: "tcp",
        description: "Protocol; the default is tcp.",
      }),
      nat: field(flag, {
        default: false,
        description:
          "Let the daemon forward packets instead of running a proxy, so that the service sees the client's address. " +
          "It needs `host-ip`, and a static address in `addresses`.",
      }),
    }),
  ).register(z.globalRegistry, { kind: "Port" });

/** The schema of `ports`. */
export const portsSchema = list(shortOrLong(portSchema));

const words = (value: unknown) =>
  typeof value === "string" ? value.split(/[\s,]+/).filter((word) => word !== "") : value ?? [];

/** The schema of `addresses`. */
export const addressesSchema = map(
  preprocess(words, list(text)).register(z.globalRegistry, { yaml: "words" }),
);

/** The schema of `limits`. */
export const limitsSchema = preprocess(
  (value) => value === null ? {} : value,
  record({
    cpu: field(text, {
      default: "",
      kind: "Pattern",
      description: "Number of CPUs, or the CPUs themselves, as a range or a list.",
      examples: ["2", "0-3"],
    }),
    memory: field(text, {
      default: "",
      kind: "Pattern",
      description: "Memory, in bytes with a suffix, or in percent of that of the host.",
      examples: ["1GiB", "50%"],
    }),
    disk: field(text, {
      default: "",
      kind: "Pattern",
      description:
        "Size of the root disk, in bytes with a suffix. The instance's own profile has the root disk of its other " +
        "profiles with this size. Pools of the driver dir limit sizes only on a filesystem with project quotas.",
      examples: ["10GiB"],
    }),
    processes: field(text, {
      default: "",
      kind: "Pattern",
      description: "Number of processes. Virtual machines have no such limit.",
      examples: ["500"],
    }),
  }),
).register(z.globalRegistry, { kind: "map of cpu, memory, disk and processes" });

/** Turns a list of names into a map of them. */
function named(value: unknown): unknown {
  if (value === null) return {};
  if (!Array.isArray(value) || !value.every((name) => typeof name === "string")) return value;
  return Object.fromEntries(value.map((name) => [name, {}]));
}

/** Returns the schema of an entry of `after`. */
export const afterEntrySchema = () =>
  preprocess(
    (value) => value === null ? {} : value,
    record({
      until: field(preprocess((value) => value || "started", oneOf(UNTIL)), {
        default: "started",
        description:
          "State of the other instance that is waited for: started (the default), healthy (its `checks` pass) or " +
          "completed (it has stopped; `up` leaves it so until it or an instance that waits for it changes).",
      }),
      required: field(flag, {
        default: true,
        description: "The other instance must exist and reach the state. The default is yes.",
      }),
      restart: field(flag, {
        default: false,
        description:
          "Restart this instance when `up` or `restart` starts or restarts the other one. The default is no.",
      }),
    }),
  ).register(z.globalRegistry, { kind: "Dependency" });

/** The schema of `after`. */
export const afterSchema = preprocess(named, map(z.lazy(afterEntrySchema)))
  .register(z.globalRegistry, { yaml: "names" });

/** Returns the schema of an entry of `idmap` that is a map. */
export const idmapEntrySchema = () =>
  record({
    kind: field(preprocess((value) => value || "both", oneOf(ID_KINDS)), {
      default: "both",
      description: "Kind of ids; the default is both.",
    }),
    host: field(text, {
      default: "",
      kind: "Pattern",
      description: "Id of the host, or a range of ids.",
      examples: ["1000", "1000-1009"],
    }),
    guest: field(text, {
      default: "",
      kind: "Pattern",
      description: "Id in the instance, or a range of the same length.",
      examples: ["1000"],
    }),
  }).register(z.globalRegistry, { kind: "Id mapping" });

/** The schema of `idmap`. */
export const idmapSchema = list(shortOrLong(idmapEntrySchema));

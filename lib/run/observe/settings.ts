/**
 * Observation of the facts that settings of targets are checked against: networks, sockets and subordinate ids.
 *
 * @module
 */
import { ConfigError } from "../../base/errors.ts";
import { ownContent } from "../../plan/instance/resolve/own_profile.ts";
import { leasesPath, networkPath } from "../../plan/requests/reads.ts";
import type { NetworkFacts, NetworkLease, SettingFacts, World } from "../../plan/world.ts";
import { objectKey, type Target } from "../../plan/world.ts";
import type { InstanceServer } from "../../ports/mod.ts";
import { allOf, type Scope } from "./needs.ts";

/** Reads the facts that settings of targets are checked against. */
export async function readSettingFacts(
  { targets, sources }: Scope,
  world: Pick<World, "profiles">,
): Promise<SettingFacts> {
  const { host, server, isLocal = false } = sources;
  const all = targets.map(({ instance }) => instance.settings);
  const ports = isLocal &&
    all.some(({ ports, devices }) =>
      ports.length > 0 || devices.some(({ device }) => device["type"] === "proxy")
    );
  const ids = all.some(({ idmap }) => idmap.length > 0) &&
    (isLocal || targets.some(({ instance }) => instance.host));
  const found = await allOf({
    networks: readNetworks(server, targets, world),
    listeners: ports ? host.listeners() : undefined,
    subuid: ids ? host.readText("/etc/subuid") : undefined,
    subgid: ids ? host.readText("/etc/subgid") : undefined,
  });
  const { networks, listeners, subuid, subgid } = found;
  return {
    wanted: new Map(
      targets.map(({ instance }) => [objectKey(instance.project, instance.name), instance.settings]),
    ),
    networks,
    ...(listeners ? { listeners } : {}),
    ...(subuid === undefined ? {} : { subuid }),
    ...(subgid === undefined ? {} : { subgid }),
  };
}

/** Returns the networks of NICs of a target that have a static address. */
function networksOf(target: Target, world: Pick<World, "profiles">): readonly string[] {
  try {
    return Object.values(ownContent(target, world, {}).devices).flatMap((device) =>
      device["type"] === "nic" && device["network"] && (device["ipv4.address"] || device["ipv6.address"])
        ? [device["network"]]
        : []
    );
  } catch (error) {
    // The planner raises it.
    if (error instanceof ConfigError) return [];
    throw error;
  }
}

async function readNetworks(
  server: InstanceServer,
  targets: readonly Target[],
  world: Pick<World, "profiles">,
): Promise<SettingFacts["networks"]> {
  const wanted = new Map(
    targets.flatMap((target) => {
      const project = target.instance.project || "default";
      return networksOf(target, world).map((name) => [objectKey(project, name), { project, name }] as const);
    }),
  );
  const found = await Promise.all([...wanted].map(async ([key, { project, name }]) => {
    const [network, leases] = await Promise.all([
      server.get(networkPath(project, name)),
      server.get(leasesPath(project, name)).catch(() => []),
    ]);
    const facts = factsOf(network, leases);
    return facts ? [[key, facts] as const] : [];
  }));
  return new Map(found.flat());
}

function factsOf(network: unknown, leases: unknown): NetworkFacts | undefined {
  if (typeof network !== "object" || network === null || !("config" in network)) return undefined;
  const entries = Object.entries(network.config ?? {}).map(([key, value]) => [key, String(value)]);
  return {
    config: Object.fromEntries(entries),
    leases: Array.isArray(leases) ? leases.flatMap(leaseOf) : [],
  };
}

function leaseOf(lease: unknown): readonly NetworkLease[] {
  if (typeof lease !== "object" || lease === null) return [];
  const { address, hostname, hwaddr } = lease as Record<string, unknown>;
  return typeof address === "string"
    ? [{ address, hostname: String(hostname ?? ""), hwaddr: String(hwaddr ?? "") }]
    : [];
}

/**
 * Checks that static addresses are in their networks and free.
 *
 * @module
 */
import type { Issue } from "../../base/errors.ts";
import { isInNetwork, isInRanges, isSameIp, parseIp } from "../../base/ip.ts";
import type { OwnContent } from "../instance/resolve/own_profile.ts";
import { keyOf } from "../instance/resolve/own_profile.ts";
import { isTrue } from "../instance/idmap.ts";
import { isNameOf } from "../instance/reserved_names.ts";
import { named, type NetworkFacts, objectKey, problem, type Target, type World } from "../world.ts";

const VERSIONS = ["ipv4", "ipv6"] as const;

type Version = typeof VERSIONS[number];

/** A static address of a NIC. */
interface Static {
  readonly version: Version;
  readonly address: string;
  readonly network: string;
  readonly device: Readonly<Record<string, string>>;
}

/** Finds static addresses that their networks do not have, or that are taken. */
export function addressIssues(target: Target, world: World, own: OwnContent): readonly Issue[] {
  return Object.entries(own.devices).flatMap(([name, device]) => {
    const { type, network } = device;
    if (type !== "nic") return [];
    const key = keyOf(target, name);
    return VERSIONS.flatMap((version): Issue[] => {
      const address = device[`${version}.address`];
      if (!address || address === "none") return [];
      const wrong = (
        message: string,
      ) => [problem(target, key, `Address ${address} of NIC "${name}" ${message}`)];
      if (!parseIp(address)) return wrong("is no IP address");
      if (!network) return [];
      const found = world.settings?.networks.get(objectKey(target.instance.project, network));
      if (!found) {
        return world.settings ? wrong(`is of network "${network}", which the daemon does not have`) : [];
      }
      const given = { version, address, network, device };
      const reason = placeProblem(given, found) ?? takenProblem(target, world, given, found);
      return reason === undefined ? [] : wrong(reason);
    });
  });
}

/** Returns the problem of an address in its network; none where it fits. */
function placeProblem(
  { version, address, network, device }: Static,
  { config }: NetworkFacts,
): string | undefined {
  const subnet = config[`${version}.address`] ?? "none";
  const ip = parseIp(address);
  if (!ip) return undefined;
  if (!subnet.includes("/")) return `is of network "${network}", which has no ${version} addresses`;
  if (!isInNetwork(ip, subnet)) return `is not in network "${network}" (${subnet})`;
  if (isSameIp(address, subnet.split("/")[0]!)) return `is that of network "${network}" itself`;
  if (version === "ipv4" && config["ipv4.dhcp"] === "false") {
    return `is of network "${network}", which gives no addresses (ipv4.dhcp is false)`;
  }
  if (
    version === "ipv6" && !isTrue(config["ipv6.dhcp.stateful"]) && !isTrue(device["security.ipv6_filtering"])
  ) {
    return `needs ipv6.dhcp.stateful of network "${network}"`;
  }
  const ranges = config[`${version}.dhcp.ranges`];
  return ranges && isInRanges(ip, ranges)
    ? `is in the dynamic range of network "${network}" (${ranges})`
    : undefined;
}

/** Returns who else has an address. */
function takenProblem(
  target: Target,
  world: World,
  { version, address, network }: Static,
  { leases }: NetworkFacts,
): string | undefined {
  const { project, name } = target.instance;
  const own = [...world.instances.values()].filter((info) =>
    info.project === (project || "default") && isNameOf(info, name)
  );
  const other = [...world.instances.values()].find((info) =>
    !own.includes(info) &&
    Object.values(info.expandedDevices).some((device) =>
      device["type"] === "nic" && (device["network"] ?? device["parent"]) === network &&
      isSameIp(device[`${version}.address`] ?? "", address)
    )
  );
  if (other) return `is that of instance ${named(other, project)}`;
  const sibling = [...world.settings?.wanted ?? []].find(([key, { addresses }]) =>
    key !== objectKey(project, name) &&
    Object.values(addresses).some((one) => isSameIp(one[version] ?? "", address))
  );
  if (sibling) return `is also that of "${sibling[0].replace(/^[^/]*\//, "")}" of the same command`;
  const macs = new Set(
    own.flatMap(({ config }) =>
      Object.entries(config).flatMap(([key, value]) =>
        /^volatile\..*\.hwaddr$/.test(key) ? [value.toLowerCase()] : []
      )
    ),
  );
  const names = new Set([name, ...own.map((one) => one.name)]);
  const lease = leases.find((one) =>
    isSameIp(one.address, address) && !names.has(one.hostname) && !macs.has(one.hwaddr.toLowerCase())
  );
  return lease &&
    `is taken by ${lease.hostname === "" ? lease.hwaddr || "another one" : `"${lease.hostname}"`}`;
}

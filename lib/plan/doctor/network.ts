/**
 * Findings about networks that instances have.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import { type Facts, foundOf, type NetworkFacts } from "./facts.ts";
import { type Finding, type Found, inArea } from "./finding.ts";
import { clientOf, hasDevice, sharedProfiles } from "./storage.ts";

const IS_UP = 1;

/** Path of the switch of forwarding between networks. */
export const FORWARDING = "/proc/sys/net/ipv4/ip_forward";

/** Judges networks. */
export function networkFindings(facts: Facts): readonly Finding[] {
  const used = foundOf(facts.daemon?.networks)?.filter(({ isUsed, managed }) => isUsed && managed) ?? [];
  return inArea("network", [
    noNic(facts),
    ...used.flatMap((network) => [notCreated(network, facts), notUp(network, facts)]),
    noForwarding(used, facts),
  ]);
}

function noNic(facts: Facts): Found | undefined {
  const profiles = sharedProfiles(facts);
  if (!profiles || profiles.length === 0 || foundOf(facts.daemon?.pools)?.length === 0) return undefined;
  if (hasDevice(profiles, (device) => device["type"] === "nic")) return undefined;
  const bridge = foundOf(facts.daemon?.networks)?.find(({ managed, type }) => managed && type === "bridge");
  const client = clientOf(facts);
  const name = bridge?.name ?? `${facts.backend.service}br0`;
  return {
    id: "profile-no-network",
    severity: "error",
    what: `The profile "default" has no network, nor has another profile`,
    why: "new instances get no address, and launch waits for one until its time limit",
    cure: [
      ...(bridge ? [] : [`${client} network create ${name}`]),
      `${client} profile device add default eth0 nic name=eth0 network=${quote(name)}`,
    ],
  };
}

function notCreated({ name, status }: NetworkFacts, { backend }: Facts): Found | undefined {
  if (status === "Created" || status === "") return undefined;
  return {
    id: "network-unavailable",
    severity: "error",
    what: `Network "${name}" is ${status.toLowerCase()}`,
    why: "its instances get no address; the daemon tries again when it starts",
    cure: [`${backend.client} network show ${quote(name)}`, `sudo systemctl restart ${backend.service}`],
  };
}

function notUp({ name, type, flags, status }: NetworkFacts, { local, backend }: Facts): Found | undefined {
  if (!local || foundOf(local.texts) === undefined || type !== "bridge" || status !== "Created") {
    return undefined;
  }
  if (flags === undefined) {
    return {
      id: "network-missing",
      severity: "error",
      what: `Network "${name}" has no bridge of that name on this machine`,
      why: "its instances do not start; it was deleted, and the daemon creates it again at its next start",
      cure: [`sudo systemctl restart ${backend.service}`],
    };
  }
  if ((flags & IS_UP) !== 0) return undefined;
  return {
    id: "network-down",
    severity: "error",
    what: `The bridge of network "${name}" is down`,
    why: "its instances get no address and reach nothing",
    cure: [`sudo ip link set ${quote(name)} up`],
  };
}

function noForwarding(used: readonly NetworkFacts[], { local }: Facts): Found | undefined {
  const text = foundOf(local?.texts)?.get(FORWARDING)?.trim();
  const routed = used.filter(({ type, config }) =>
    type === "bridge" && config["ipv4.nat"] === "true" && config["ipv4.routing"] !== "false"
  );
  if (text !== "0" || routed.length === 0) return undefined;
  return {
    id: "network-forwarding",
    severity: "error",
    what: "This machine does not forward IPv4",
    why: `instances of network "${routed[0]!.name}" reach nothing beyond this machine`,
    cure: [
      "echo net.ipv4.ip_forward=1 | sudo tee /etc/sysctl.d/60-forward.conf",
      "sudo sysctl -p /etc/sysctl.d/60-forward.conf",
    ],
  };
}

/**
 * Requests about networks.
 *
 * @module
 */
import type { Request } from "../../ports/mod.ts";
import { projectPath } from "./instances.ts";

/** Creates an access list without rules: what has it reaches nothing but the DHCP of its network. */
export function createClosedAcl(project: string, name: string): Request {
  return {
    method: "POST",
    path: projectPath(["network-acls"], project),
    body: { name, description: "Of a rehearsal of lxops", egress: [], ingress: [] },
  };
}

/** Deletes an access list, which no network may have. */
export function deleteAcl(project: string, name: string): Request {
  return { method: "DELETE", path: projectPath(["network-acls", name], project) };
}

/**
 * Creates a bridge that leads to the host only: with addresses, and without a gateway, names and other networks. Its
 * address is one of those that are for tests only (RFC 2544), as the daemon does not find a free one everywhere.
 *
 * @param number from 0 to 511
 * @param isClosed it has the access list of its name, so that services of the host cannot be reached
 */
export function createIsolatedNetwork(
  project: string,
  name: string,
  number: number,
  isClosed: boolean,
): Request {
  return {
    method: "POST",
    path: projectPath(["networks"], project),
    body: {
      name,
      type: "bridge",
      description: "Of a rehearsal of lxops",
      config: {
        "ipv4.address": `198.${18 + (number >> 8 & 1)}.${number & 255}.1/24`,
        "ipv4.nat": "false",
        "ipv4.routing": "false",
        "ipv6.address": "none",
        "dns.mode": "none",
        "raw.dnsmasq": "port=0\ndhcp-option=3\ndhcp-option=6",
        ...(isClosed ? { "security.acls": name } : {}),
      },
    },
  };
}

/** Deletes a network, which must not be in use. */
export function deleteNetwork(project: string, name: string): Request {
  return { method: "DELETE", path: projectPath(["networks", name], project) };
}

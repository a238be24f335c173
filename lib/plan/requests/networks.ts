/**
 * Requests about networks.
 *
 * @module
 */
import type { Request } from "../../ports/mod.ts";
import { projectPath } from "./instances.ts";

/**
 * Creates a bridge that leads to the host only: with addresses, and without a gateway, names and other networks. Its
 * address is one of those that are for tests only (RFC 2544), as the daemon does not find a free one everywhere.
 *
 * @param number from 0 to 511
 */
export function createIsolatedNetwork(project: string, name: string, number: number): Request {
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
      },
    },
  };
}

/** Deletes a network, which must not be in use. */
export function deleteNetwork(project: string, name: string): Request {
  return { method: "DELETE", path: projectPath(["networks", name], project) };
}

/**
 * The ports of an instance that its proxy devices make reachable on the host.
 *
 * @module
 */
import { compareTexts } from "../../base/order.ts";
import type { InstanceInfo } from "../../ports/mod.ts";

/** Returns the published ports of an instance as docker writes them: `0.0.0.0:8080->80/tcp`. */
export function publishedPorts(info: Pick<InstanceInfo, "expandedDevices">): readonly string[] {
  return Object.values(info.expandedDevices)
    .filter((device) => device["type"] === "proxy" && device["bind"] !== "instance")
    .map((device) => portText(device["listen"] ?? "", device["connect"] ?? ""))
    .sort(compareTexts);
}

function portText(listen: string, connect: string): string {
  const [protocol, ...from] = listen.split(":");
  const [other, ...to] = connect.split(":");
  const port = protocol === "unix" || other === "unix" ? to.join(":") : to.at(-1) ?? "";
  const end = protocol === "unix" || other === "unix" ? "" : `/${protocol}`;
  return `${from.join(":")}->${port}${end}`;
}

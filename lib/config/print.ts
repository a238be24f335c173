/**
 * Renders a merged configuration as a configuration file with the same meaning.
 *
 * @module
 */
import { durationText } from "../base/durations.ts";
import { compareTexts } from "../base/order.ts";
import { stringify } from "@std/yaml";
import type { Check, Config } from "./config.ts";
import type { ConfigFile } from "./file.ts";
import { HEADER } from "./header.ts";
import type { After } from "./schema/keys.ts";
import { merge } from "./merge.ts";
import { provisionData } from "./provisions.ts";

function sorted<T, R>(map: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  const entries = Object.entries(map).sort(([a], [b]) => compareTexts(a, b));
  return Object.fromEntries(entries.map(([key, value]) => [key, change(value)]));
}

function present(data: Record<string, unknown>): Record<string, unknown> {
  const isEmpty = (value: unknown) =>
    value === undefined || value === "" || value === false ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(data).filter(([, value]) => !isEmpty(value)));
}

/** Returns a check as a file has it, without defaults. */
function checkData(check: Check): Record<string, unknown> {
  const times = [
    ["interval", check.interval, 30],
    ["timeout", check.timeout, 30],
    ["start-period", check.startPeriod, 0],
    ["start-interval", check.startInterval, 5],
  ] as const;
  const { name, exec, tcp, http, retries } = check;
  return {
    ...(name === "" ? {} : { name }),
    ...(exec === undefined ? {} : { exec }),
    ...(tcp === undefined ? {} : { tcp }),
    ...(http === undefined ? {} : { http }),
    ...Object.fromEntries(
      times.filter(([, value, usual]) => value !== usual).map(([key, value]) => [key, durationText(value)]),
    ),
    ...(retries === 3 ? {} : { retries }),
  };
}

function portData(port: Config["ports"][number]): unknown {
  if (typeof port === "string") return port;
  const { target, published, hostIp, protocol, nat } = port;
  return { target, published, ...present({ "host-ip": hostIp, nat }), protocol };
}

function afterData({ until, required, restart }: After): Record<string, unknown> {
  return {
    ...(until === "started" ? {} : { until }),
    ...(required ? {} : { required }),
    ...(restart ? { restart } : {}),
  };
}

/** Returns the data of a configuration file with the values of a merged configuration and these includes. */
export function configData(config: Config, include: readonly string[] = []): Record<string, unknown> {
  const { autostart } = config;
  const data = present({
    description: config.description,
    ostype: config.ostype,
    image: config.image,
    project: config.project,
    type: config.type,
    target: config.target,
    host: config.host,
    origin: config.origin,
    "device-template": config.deviceTemplate,
    "device-origin": config.deviceOrigin,
    "source-config": config.sourceConfig,
    "lxc-options": config.lxcOptions,
    profiles: config.profiles,
    "profile-pattern": config.profilePattern,
    "device-owner": config.deviceOwner,
    filesystems: sorted(config.filesystems, ({ pattern, zfsproperties, properties, destroy, transient }) => ({
      pattern,
      ...present({
        zfsproperties: sorted(zfsproperties, (value) => value),
        properties: sorted(properties, (value) => value),
      }),
      destroy,
      ...present({ transient }),
    })),
    extract: config.extract,
    devices: sorted({ ...config.otherDevices, ...config.devices }, (device) => {
      if ("keys" in device) return { type: device.type, ...sorted(device.keys, (value) => value) };
      const { path, filesystem, dir, readonly, extract, shift } = device;
      return {
        path,
        filesystem: filesystem ?? "",
        ...present({ dir, readonly, shift }),
        ...(extract === undefined ? {} : { extract }),
      };
    }),
    properties: sorted(config.properties, (value) => value),
    include,
    "cloud-config-files": config.cloudConfigFiles,
    order: config.order === "lxops" ? undefined : config.order,
    wait: config.wait,
    ids: config.ids === "keep" ? undefined : config.ids,
    checks: config.checks.map(checkData),
    "keep-old": config.keepOld || undefined,
    restart: config.restart,
    rebuild: config.rebuild,
    ...provisionData(config),
    name: config.name,
    ports: config.ports.map(portData),
    addresses: sorted(config.addresses, (value) => value),
    limits: config.limits,
    config: sorted(config.config, (value) => value),
    after: sorted(config.after, afterData),
    logs: config.logs,
    idmap: config.idmap,
  });
  return autostart === undefined ? data : { ...data, autostart };
}

/** Renders data as YAML. */
export function toYaml(data: unknown): string {
  return stringify(data, { lineWidth: -1, useAnchors: false });
}

/** Renders a merged configuration as a configuration file with these includes. */
export function printConfig(config: Config, include: readonly string[] = []): string {
  return printData(configData(config, include));
}

function printData(data: Record<string, unknown>): string {
  return Object.keys(data).length === 0 ? `${HEADER}\n` : `${HEADER}\n${toYaml(data)}`;
}

/** Renders a single file in the current format, with its includes and paths as written. */
export function printFile({ source, raw }: ConfigFile): string {
  const cloudConfigFiles = raw["cloud-config-files"].map((path, index) => ({ path, shown: path, index }));
  const layer = { source, raw, cloudConfigFiles, sourceConfig: raw["source-config"], directory: "" };
  const { config } = merge("", [layer], [layer]);
  const { environment } = source.data as { readonly environment?: unknown } ?? {};
  const own = {
    ...(raw.directory === undefined ? {} : { directory: raw.directory }),
    ...(environment === undefined ? {} : { environment }),
  };
  return printData({ ...configData(config, raw.include), ...own });
}

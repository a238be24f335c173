/**
 * Merges a configuration file with its includes and keeps the place of each value.
 *
 * @module
 */
import type { Issue } from "../base/errors.ts";
import type { Check, Config, Layer, Origin } from "./config.ts";
import type { RawCheck } from "./schema/check_schema.ts";
import { mergeList, mergeMap, mergeSettings, note, type Origins, otherDevices } from "./merge_settings.ts";
import { type RawConfig, SCALARS } from "./schema/schema.ts";

/** A merged configuration and the places of its keys, the one that counts last. */
export interface Merged {
  readonly config: Config;
  readonly origins: ReadonlyMap<string, readonly Origin[]>;
  readonly warnings: readonly Issue[];
}

function mergeScalar(layers: readonly Layer[], key: typeof SCALARS[number], origins: Origins): string {
  let result = "";
  for (const layer of layers) {
    const value = key === "source-config" ? layer.sourceConfig : layer.raw[key];
    if (value === "") continue;
    result = value;
    note(origins, key, layer.source, [key]);
  }
  return result;
}

function checkOf(raw: RawCheck): Check {
  const { name, exec, tcp, http, interval, timeout, retries } = raw;
  return {
    name,
    ...(exec === undefined ? {} : { exec }),
    ...(tcp === undefined ? {} : { tcp }),
    ...(http === undefined ? {} : {
      http: {
        port: http.port,
        path: http.path,
        ...(http.status === undefined ? {} : { status: http.status }),
      },
    }),
    interval,
    timeout,
    retries,
    startPeriod: raw["start-period"],
    startInterval: raw["start-interval"],
  };
}

/**
 * Warns if the Go program would use the value of an included file. It read `ostype` and `image` before the includes,
 * so that the last opened file won.
 */
function overridden(
  key: "ostype" | "image",
  merged: string,
  opened: readonly Layer[],
): Issue[] {
  const last = opened.findLast((layer) => layer.raw[key] !== "");
  if (!last || last.raw[key] === merged) return [];
  const winner = opened.find((layer) => layer.raw[key] === merged) ?? last;
  const message = `"${merged}" overrides "${last.raw[key]}" of the included file ${last.source.file}; ` +
    "earlier versions of lxops took the included one";
  return [{ ...winner.source.locate([key]), key, message, severity: "warning" }];
}

/**
 * Merges layers. Both lists have the same layers: `layers` in the order of merging (included files first, the top
 * file last), `opened` in the order in which the files were opened.
 */
export function merge(file: string, layers: readonly Layer[], opened: readonly Layer[]): Merged {
  const origins: Origins = new Map();
  const scalars = Object.fromEntries(
    SCALARS.map((key) => [key, mergeScalar(layers, key, origins)]),
  ) as Record<
    typeof SCALARS[number],
    string
  >;
  const top = layers.at(-1);
  if (top && top.raw.description !== "") note(origins, "description", top.source, ["description"]);

  const profiles = new Set<string>();
  for (const { raw, source } of layers) {
    for (const [index, profile] of raw.profiles.entries()) {
      if (profiles.has(profile)) continue;
      note(origins, `profiles.${profiles.size}`, source, ["profiles", index]);
      profiles.add(profile);
    }
  }
  const cloudConfigFiles: string[] = [];
  for (const layer of layers) {
    for (const { path, index } of layer.cloudConfigFiles) {
      note(origins, `cloud-config-files.${cloudConfigFiles.length}`, layer.source, [
        "cloud-config-files",
        index,
      ]);
      cloudConfigFiles.push(path);
    }
  }
  const last = <
    K extends
      | "lxc-options"
      | "wait"
      | "order"
      | "type"
      | "extract"
      | "ids"
      | "keep-old"
      | "autostart"
      | "restart"
      | "rebuild",
  >(
    key: K,
  ) => {
    const given = layers.filter(({ raw: { [key]: value } }) =>
      typeof value === "boolean" || (value?.length ?? 0) > 0
    );
    for (const { source } of given) note(origins, key, source, [key]);
    const winner = given.at(-1);
    const value = winner?.raw[key];
    if (winner && Array.isArray(value)) {
      value.forEach((_, index) => note(origins, `${key}.${index}`, winner.source, [key, index]));
    }
    return winner?.raw[key];
  };
  const lxcOptions = last("lxc-options") ?? [];
  const wait = last("wait") ?? [];
  const order = last("order") ?? "lxops";
  const type = last("type");
  const ids = last("ids") ?? "keep";
  const extract = last("extract") ?? false;

  const autostart = last("autostart");
  const restart = last("restart");
  const rebuild = last("rebuild");
  const all = mergeMap<RawConfig["devices"][string]>(layers, "devices", origins);
  const devices: Config["devices"] = Object.fromEntries(
    Object.entries(all).flatMap(([id, device]) =>
      "keys" in device ? [] : [
        [id, {
          path: device.path,
          ...(device.filesystem !== "" ? { filesystem: device.filesystem } : {}),
          ...(device.dir !== "" ? { dir: device.dir } : {}),
          readonly: device.readonly,
          ...(device.shift ? { shift: true as const } : {}),
          ...(device.extract === undefined ? {} : { extract: device.extract }),
        }] as const,
      ]
    ),
  );
  const config: Config = {
    file,
    description: top?.raw.description ?? "",
    ostype: scalars.ostype,
    image: scalars.image,
    project: scalars.project,
    ...(type ? { type } : {}),
    target: scalars.target,
    host: scalars.host,
    origin: scalars.origin,
    deviceTemplate: scalars["device-template"],
    deviceOrigin: scalars["device-origin"],
    sourceConfig: scalars["source-config"],
    lxcOptions,
    profiles: [...profiles],
    profilePattern: scalars["profile-pattern"],
    deviceOwner: scalars["device-owner"],
    extract,
    filesystems: mergeMap(layers, "filesystems", origins),
    devices,
    properties: mergeMap(layers, "properties", origins),
    cloudConfigFiles,
    order,
    wait,
    ids,
    checks: mergeList(layers, "checks", origins).map(checkOf),
    keepOld: last("keep-old") ?? false,
    ...(restart === "auto" ? { restart } : {}),
    ...(rebuild === "auto" ? { rebuild } : {}),
    name: scalars.name,
    ...(autostart === undefined ? {} : { autostart }),
    otherDevices: otherDevices(all),
    ...mergeSettings(layers, origins),
  };
  return {
    config,
    origins,
    warnings: [...overridden("ostype", config.ostype, opened), ...overridden("image", config.image, opened)],
  };
}

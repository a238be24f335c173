/**
 * The settings of an instance once changes are applied to it, and the steps that apply them.
 *
 * @module
 */
import type { Devices, InstanceInfo, InstanceRef, ProfileInfo } from "../../ports/mod.ts";
import { run, send, sendEffect } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { zfsSet, zfsUnset } from "../commands/zfs.ts";
import type { OwnContent } from "../instance/resolve/own_profile.ts";
import { same } from "../instance/resolve/profile.ts";
import { patchInstance, putInstance } from "../requests/instances.ts";
import { patchVolume } from "../requests/volumes.ts";
import { volumesOf } from "../storage/kinds/volumes.ts";
import type { Target, World } from "../world.ts";
import type { PropertyDifference } from "./filesystems.ts";
import type { Difference } from "./three_way.ts";

/** Returns a map with the wanted values of some differences. */
export function applied<V>(
  live: Readonly<Record<string, V>>,
  differences: readonly Difference<V>[],
): Readonly<Record<string, V>> {
  const map = new Map(Object.entries(live));
  for (const { name, wanted } of differences) {
    if (wanted === undefined) map.delete(name);
    else map.set(name, wanted);
  }
  return Object.fromEntries(map);
}

/** Returns the wanted content of an own profile, without the changes that have to wait. */
export function withoutSome(
  own: OwnContent,
  devices: readonly Difference<Devices[string]>[],
  keys: readonly Difference<string>[],
): OwnContent {
  return { devices: kept(own.devices, devices), config: kept(own.config, keys) };
}

function kept<V>(
  wanted: Readonly<Record<string, V>>,
  differences: readonly Difference<V>[],
): Readonly<Record<string, V>> {
  return applied(
    wanted,
    differences.map(({ name, live, why }) => ({
      name,
      why,
      ...(live === undefined ? {} : { wanted: live }),
    })),
  );
}

/** Returns an instance with other settings, and with their result together with its profiles. */
export function withSettings(
  info: InstanceInfo,
  change: Pick<InstanceInfo, "config" | "devices" | "profiles">,
  profilesOf: (name: string) => Pick<ProfileInfo, "config" | "devices"> | undefined,
): InstanceInfo {
  const all = change.profiles.map(profilesOf);
  const images = Object.entries(info.expandedConfig).filter(([key]) => key.startsWith("image."));
  return {
    ...info,
    ...change,
    expandedConfig: {
      ...Object.fromEntries(images),
      ...Object.assign({}, ...all.map((one) => one?.config)),
      ...change.config,
    },
    expandedDevices: { ...Object.assign({}, ...all.map((one) => one?.devices)), ...change.devices },
  };
}

/** Returns the step that gives an instance its own settings and its profiles, where they differ. */
export function settingSteps(ref: InstanceRef, before: InstanceInfo, after: InstanceInfo): Step[] {
  const keys = changedKeys(before.config, after.config);
  const devices = changedKeys(before.devices, after.devices);
  const profiles = !same(before.profiles, after.profiles);
  if (keys.length + devices.length === 0 && !profiles) return [];
  const what = [...keys, ...devices, ...(profiles ? ["profiles"] : [])].join(", ");
  // A PATCH cannot remove a device.
  const gone = devices.some((name) => !Object.hasOwn(after.devices, name));
  const came = devices.some((name) => !Object.hasOwn(before.devices, name));
  const part = (of: InstanceInfo) => ({
    ...(keys.length > 0
      ? { config: Object.fromEntries(keys.map((key) => [key, of.config[key] ?? ""])) }
      : {}),
    ...(devices.length > 0
      ? { devices: Object.fromEntries(devices.map((name) => [name, of.devices[name] ?? {}])) }
      : {}),
    ...(profiles ? { profiles: of.profiles } : {}),
  });
  return [
    send(
      `Change ${what} of instance ${ref.name}`,
      gone ? putInstance(ref, bodyOf(after)) : patchInstance(ref, part(after)),
      { undo: sendEffect(came ? putInstance(ref, bodyOf(before)) : patchInstance(ref, part(before))) },
    ),
  ];
}

function bodyOf({ architecture, config, description, devices, ephemeral, profiles }: InstanceInfo) {
  return { architecture, config, description, devices, ephemeral, profiles };
}

function changedKeys(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !same(before[key], after[key])).sort();
}

/** Returns the steps that give filesystems their properties. */
export function propertySteps(
  target: Target,
  world: World,
  differences: readonly PropertyDifference[],
): Step[] {
  const volumes = new Map(volumesOf(target, world).map((one) => [one.id, one]));
  return target.instance.filesystems.flatMap(({ id, path }): Step[] => {
    const own = differences.filter(({ filesystem }) => filesystem === id);
    if (own.length === 0) return [];
    const title = (properties: readonly string[]) => `Set ${properties.join(", ")} of filesystem ${id}`;
    const volume = volumes.get(id);
    const wanted = Object.fromEntries(own.map(({ property, wanted = "" }) => [property, wanted]));
    if (volume) {
      const before = Object.fromEntries(own.map(({ property, live = "" }) => [property, live]));
      return [
        send(title(Object.keys(wanted)), patchVolume(volume.ref, wanted), {
          undo: sendEffect(patchVolume(volume.ref, before)),
        }),
      ];
    }
    const set = Object.fromEntries(
      own.flatMap(({ property, wanted }) => wanted === undefined ? [] : [[property, wanted] as const]),
    );
    const gone = own.filter((one) => one.wanted === undefined).map(({ property }) => property);
    return [
      ...(Object.keys(set).length > 0 ? [run(title(Object.keys(set)), zfsSet(path, set))] : []),
      ...gone.flatMap((property) => {
        const command = zfsUnset(path, property);
        return command ? [run(`Remove ${property} of filesystem ${id}`, command)] : [];
      }),
    ];
  });
}

/**
 * Comparison of an instance with its configuration.
 *
 * @module
 */
import type { Item } from "../../cloudconfig/model/item.ts";
import { configTakes, deviceTakes, FILE_TAKES, type Takes } from "../../instance/takes.ts";
import type { Devices, InstanceInfo, ProfileInfo } from "../../ports/mod.ts";
import { devicesWithoutCopies } from "../checks/hidden_settings.ts";
import { heldDevices } from "../checks/moved_devices.ts";
import { DEVICES_MARK } from "../instance/resolve/own_profile.ts";
import { KEYS_MARK } from "../instance/resolve/profile.ts";
import { IMAGE_MARK, isMachine, isRunning } from "../instance/ownership.ts";
import { need, type Resolved } from "../instance/resolve/resolved.ts";
import { type Desired, desiredOf, settableKeys } from "../record/desired.ts";
import { heldBefore, heldLocally, hiding, without, withoutNeedlessProfile } from "../record/local.ts";
import { decodeRecord, type Hashes, type InstanceRecord, RECORD_MARK } from "../record/record.ts";
import { objectKey, type Target } from "../world.ts";
import { shownDifference } from "./shown.ts";
import type { Change, Changes } from "./change.ts";
import { itemChanges, type ItemSources } from "./items.ts";
import { formerProfile } from "./former_profile.ts";
import { filesystemDifferences, type PropertyDifference } from "./filesystems.ts";
import { type Difference, type ListDifference, type Sides, threeWay, threeWayList } from "./three_way.ts";

/** An instance compared with its configuration. */
export interface Comparison extends Changes {
  readonly desired: Desired;
  readonly record: InstanceRecord | undefined;
  /** Absent: the instance does not exist. */
  readonly info?: InstanceInfo;
  readonly profiles?: ListDifference;
  /** Its former own profile, which nothing else has. */
  readonly formerProfile?: ProfileInfo;
  readonly maps: MapDifferences;
  readonly rootImage?: Change;
}

/** Differences in the maps of an instance. */
export interface MapDifferences {
  readonly profileDevices: readonly Difference<Devices[string]>[];
  readonly profileKeys: readonly Difference<string>[];
  readonly devices: readonly Difference<Devices[string]>[];
  readonly keys: readonly Difference<string>[];
  readonly filesystems: readonly PropertyDifference[];
}

const NONE: MapDifferences = { profileDevices: [], profileKeys: [], devices: [], keys: [], filesystems: [] };

/**
 * Compares an instance with its configuration.
 *
 * @throws {LxopsError} where the configuration names what does not exist
 */
export function compare(
  resolved: Resolved,
  items: readonly Item[],
  read: Omit<ItemSources, "record">,
  { showSecrets = false }: { readonly showSecrets?: boolean } = {},
): Comparison {
  const { target, world, info } = resolved;
  for (const part of [resolved.creation, resolved.profiles]) need<unknown>(part);
  if (target.instance.image && !target.instance.config.origin) need(resolved.image);
  const all = desiredOf(resolved);
  if (!info) {
    const from = all.image ?? target.instance.config.origin;
    const change: Change = {
      sign: "+",
      part: "instance",
      name: target.instance.name,
      ...(from ? { to: from } : {}),
      why: "missing",
      takes: "nothing",
    };
    return { desired: all, record: undefined, maps: NONE, changes: [change], foreign: [] };
  }
  const record = decodeRecord(info.config[RECORD_MARK]);
  const desired = withoutNeedlessProfile(all, info, record, target.instance.ownProfile);
  const vm = isMachine(info);
  const profile = world.profiles.get(objectKey(target.instance.project, target.instance.ownProfile));
  const { maps, foreign } = compareMaps(resolved, desired, record, { info, profile });
  const list = desired.profiles
    ? threeWayList(desired.profiles, record?.profiles, info.profiles)
    : { foreign: [] };
  const former = formerProfile(target, world, {
    info,
    record,
    desired: desired.profiles,
    removed: list.difference?.removed,
  });
  const rootImage = imageChange(desired, record, info);
  type Sources = readonly [before: Devices[string] | undefined, after: Devices[string] | undefined];
  const ofDevice = (...sources: Sources) => deviceTakes(...sources, vm);
  const isMove = ({ live, wanted }: Difference<Devices[string]>) =>
    live?.["type"] === "disk" && wanted !== undefined &&
    (live["source"] !== wanted["source"] || live["pool"] !== wanted["pool"]);
  const held = maps.profileDevices.some(isMove) ? heldDevices(target, world, info) : new Set();
  const key = (one: Difference<string>) => showSecrets ? one : shownDifference("config", one, target);
  const device = (one: Difference<Devices[string]>) =>
    showSecrets ? one : shownDifference("devices", one, target);
  const changes: Change[] = [
    ...(desired.type !== undefined && desired.type !== info.type ? [typeChange(desired.type, info)] : []),
    ...(rootImage ? [rootImage] : []),
    ...profileChanges(list.difference, former),
    ...maps.profileDevices.map((one): Change => ({
      ...change("profile devices", device(one), ofDevice(one.live, one.wanted)),
      ...(held.has(one.name) ? { moves: true } : {}),
    })),
    ...maps.profileKeys.map((one) => change("profile keys", key(one), configTakes(one.name, vm))),
    ...maps.devices.map((one) => change("devices", device(one), ofDevice(one.live, one.wanted))),
    ...maps.keys.map((one) => change("keys", key(one), configTakes(one.name, vm))),
    ...maps.filesystems.map((one) => change("filesystems", one, "nothing")),
    ...itemChanges(items, { ...read, record }),
    ...(isRunning(info) ? [] : [STOPPED]),
    ...(isRunning(info) && record?.unchecked && target.instance.config.checks.length > 0 ? [UNCHECKED] : []),
  ];
  return {
    desired,
    record,
    info,
    maps,
    ...(list.difference ? { profiles: list.difference } : {}),
    ...(former ? { formerProfile: former } : {}),
    ...(rootImage ? { rootImage } : {}),
    changes: (isRunning(info) ? changes : changes.map(withoutRestart)).map((one) =>
      isAuto(one, target) ? { ...one, auto: true } : one
    ),
    foreign: [...foreign, ...list.foreign.map((name) => `profile ${name}`)],
  };
}

const STOPPED: Change = {
  sign: "~",
  part: "state",
  name: "",
  from: "Stopped",
  to: "Running",
  why: "hand",
  takes: "nothing",
};

/** The change of an instance whose checks failed after its last change, or were not reached. */
const UNCHECKED: Change = { sign: "~", part: "checks", name: "", why: "unchecked", takes: "nothing" };

/** Returns a change of an instance that does not run, which starts anyway. */
function withoutRestart(one: Change): Change {
  return one.takes === "restart" ? { ...one, takes: "nothing" } : one;
}

/** Tells whether the configuration lets \`up\` do by itself what a change takes. */
function isAuto({ takes }: Change, { instance: { config } }: Target): boolean {
  return takes === "restart" && config.restart === "auto" ||
    (takes === "restart" || takes === "rebuild") && config.rebuild === "auto";
}

function typeChange(type: string, info: InstanceInfo): Change {
  return { sign: "~", part: "type", name: "", from: info.type, to: type, why: "file", takes: "launch" };
}

/** Compares the image that an instance was made from. */
function imageChange(
  { image, fingerprint }: Desired,
  record: InstanceRecord | undefined,
  info: InstanceInfo,
): Change | undefined {
  if (image === undefined) return undefined;
  const base = info.config["volatile.base_image"];
  const before = record?.image ?? info.config[IMAGE_MARK];
  if (fingerprint !== undefined && base !== undefined) {
    if (base === fingerprint) return undefined;
  } else if (before === undefined || before === image) return undefined;
  const short = (text: string | undefined) => text === undefined ? "" : ` (${text.slice(0, 12)})`;
  return {
    sign: "~",
    part: "image",
    name: "",
    from: `${before ?? "another"}${short(base)}`,
    to: `${image}${short(fingerprint)}`,
    why: !record
      ? "differs"
      : record.fingerprint !== undefined && record.fingerprint !== base
      ? "hand"
      : "file",
    takes: FILE_TAKES["image"] ?? "rebuild",
  };
}

function profileChanges(difference: ListDifference | undefined, former: ProfileInfo | undefined): Change[] {
  const gone = (name: string, why: Change["why"]): Change => ({
    ...{ sign: "-", part: "profiles", name, why, takes: "nothing" },
    ...(name === former?.name ? { deletes: true } : {}),
  });
  // A run was interrupted before it deleted the profile.
  const left = former && !difference?.removed.includes(former.name) ? [gone(former.name, "file")] : [];
  if (!difference) return left;
  const { list, added, removed, why } = difference;
  const common = { part: "profiles", why, takes: "nothing" } as const;
  const coming = added.map((name): Change => ({ sign: "+", name, ...common }));
  const changes = [...coming, ...removed.map((name) => gone(name, why)), ...left];
  return changes.length > 0 ? changes : [{ sign: "~", name: "", to: list.join(", "), ...common }];
}

function change(part: Change["part"], one: Difference<unknown>, takes: Takes): Change {
  const { name, wanted, live, why } = one;
  return {
    sign: live === undefined && part !== "filesystems" ? "+" : wanted === undefined ? "-" : "~",
    part,
    name,
    ...(live === undefined ? {} : { from: valueText(live) }),
    ...(wanted === undefined ? {} : { to: valueText(wanted) }),
    why,
    takes,
  };
}

/** Returns a value as one line. */
function valueText(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value).sort().map(([key, one]) => `${key}=${one}`).join(" ");
}

interface Actual {
  readonly info: InstanceInfo;
  readonly profile: ProfileInfo | undefined;
}

function compareMaps(
  resolved: Resolved,
  desired: Desired,
  record: InstanceRecord | undefined,
  { info, profile }: Actual,
): { readonly maps: MapDifferences; readonly foreign: readonly string[] } {
  const listed = (mark: string) => (profile?.config[mark] ?? "").split(",").filter((name) => name !== "");
  const foreign: string[] = [];
  // The record may be that of another profile.
  const isNew = !profile && record?.profiles?.includes(resolved.target.instance.ownProfile) === false;
  const ofProfile = (recorded: Hashes | undefined) => isNew ? {} : recorded;
  const of = <V>(
    what: string,
    sides: Omit<Sides<V>, "wanted"> & { wanted: Sides<V>["wanted"] | undefined },
  ) => {
    const { wanted } = sides;
    if (!wanted) return [];
    const found = threeWay({ ...sides, wanted });
    foreign.push(...found.foreign.map((name) => `${what} ${name}`));
    return found.differences;
  };
  const devices = devicesWithoutCopies(info, profile);
  const [wantedDevices, wantedKeys] = [desired.profileDevices ?? {}, desired.profileKeys ?? {}];
  const held = {
    devices: heldLocally(wantedDevices, info.devices, record, record?.profileDevices),
    keys: heldLocally(wantedKeys, info.config, record, record?.profileKeys),
  };
  const before = {
    devices: heldBefore(wantedDevices, without(info.devices, profile?.devices), record?.profileDevices),
    keys: heldBefore(wantedKeys, without(info.config, profile?.config), record?.profileKeys),
  };
  const maps: MapDifferences = {
    profileDevices: of("device", {
      wanted: desired.profileDevices,
      recorded: ofProfile(record?.profileDevices),
      live: { ...before.devices, ...held.devices, ...profile?.devices },
      ours: listed(DEVICES_MARK),
    }),
    profileKeys: of("key", {
      wanted: desired.profileKeys,
      recorded: ofProfile(record?.profileKeys),
      live: { ...before.keys, ...held.keys, ...settableKeys(profile?.config ?? {}) },
      ours: listed(KEYS_MARK),
    }),
    devices: byFile(
      before.devices,
      of("device", {
        wanted: desired.devices,
        recorded: record?.devices,
        live: without(devices, held.devices),
        hiding: hiding(devices, desired.profileDevices),
      }),
    ),
    keys: byFile(
      before.keys,
      of("key", {
        wanted: desired.keys,
        recorded: record?.keys,
        live: without(settableKeys(info.config), held.keys),
        hiding: hiding(info.config, desired.profileKeys),
      }),
    ),
    filesystems: filesystemDifferences(resolved, record?.filesystems),
  };
  return { maps, foreign };
}

/** Returns differences, of which those of settings that the file changed since they were noted come from that. */
function byFile<V>(
  before: Readonly<Record<string, V>>,
  differences: readonly Difference<V>[],
): readonly Difference<V>[] {
  return differences.map((one) => Object.hasOwn(before, one.name) ? { ...one, why: "file" } : one);
}

/**
 * Plans the copy of an instance and its data for a rehearsal. The copy leads to no other network, listens at no port of the
 * host, and has nothing in common with others but its profiles.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import { sizeText } from "../../base/sizes.ts";
import type { Devices, InstanceInfo } from "../../ports/mod.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { deviceOwner } from "../instance/idmap.ts";
import { isRunning } from "../instance/ownership.ts";
import { resolve } from "../instance/resolve/resolve.ts";
import { isBody, sent } from "../record/place.ts";
import { RECORD_MARK } from "../record/record.ts";
import { planLaunch } from "../lifecycle/launch.ts";
import { createProfile, deleteProfile } from "../requests/instances.ts";
import { createFilesystems } from "../storage/create/filesystems.ts";
import { locate } from "../storage/layout.ts";
import { sharesCopy } from "../storage/reflinks.ts";
import { realPath } from "../tree/paths.ts";
import { MAX_COPY } from "../lifecycle/data/undo.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";
import type { RoomLook } from "../../ports/health/inspector.ts";
import { networkSteps } from "./network.ts";
import { inOnePause, isAbout, thawedFirst } from "./pause.ts";
import { givenDevices, isHarmless, leftOut, neutralKeys } from "./reach.ts";
import { rehearsalSnapshots, takeSnapshots } from "./snapshots.ts";
import { dataOf, REHEARSAL_DATA, REHEARSAL_MARK, type Stage } from "./stage.ts";

/** Options of the copy. */
export interface CopyOptions extends PlanOptions {
  /** "isolated": a bridge of its own; "none"; or the name of a network that there is. */
  readonly net: string;
  /** The room in the filesystems of its directories, as far as it is known. */
  readonly room?: readonly RoomLook[];
}

/**
 * Plans the copy of an instance, until the copy is in the state of the instance: running, or stopped.
 *
 * @throws {StateError} where its directories are too large to copy
 */
export function planCopy(stage: Stage, info: InstanceInfo, world: World, options: CopyOptions): InstancePlan {
  const { copy, source, note, random } = stage;
  const { instance } = copy;
  refuseSize(stage, world, options.maxCopy ?? MAX_COPY, options.room ?? []);
  const snapshots = rehearsalSnapshots(stage);
  const snapshot = takeSnapshots(stage, world);
  const clones = resolve(part(stage, "dataset", `lxops-rehearsal-${random}`), world, options);
  const config = info.expandedConfig;
  const known = withSnapshots(world, snapshots);
  const cloned = createFilesystems(
    { ...clones, world: known },
    locate(clones.target, world.datasets, world.paths),
    () => deviceOwner(copy, world, config, info.type === "virtual-machine"),
  );
  // What its profiles give it may be what the instance has otherwise.
  const hasNic = options.net !== "none" &&
    Object.values(info.expandedDevices).some((one) => one["type"] === "nic");
  const rest: Target = {
    ...copy,
    instance: {
      ...instance,
      ...(hasNic ? {} : { config: { ...instance.config, wait: ["exec"] } }),
      origin: { name: source.instance.name, project: instance.project },
      deviceSource: { name: source.instance.name },
    },
    copyOf: { name: source.instance.name, project: instance.project },
    devicesFrom: source,
  };
  const launched = planLaunch(rest, withClones(stage, world), { ...options, all: false });
  // It is configured as the instance is; what the files say since then is a part of the command.
  const made = launched.steps.filter(({ effect }) =>
    effect.kind !== "batch" && effect.kind !== "check" &&
    (isRunning(info) || effect.kind !== "wait" && sent(effect)?.parts[2] !== "state" ||
      isAbout(effect, source.instance.name))
  );
  const steps: Step[] = [
    send(
      `Note the rehearsal of ${source.instance.name}`,
      createProfile(instance.project, note, {
        description: "A rehearsal of lxops",
        config: { [REHEARSAL_MARK]: random, [REHEARSAL_DATA]: dataOf(stage).join("\n") },
        devices: {},
      }),
      { undo: sendEffect(deleteProfile(instance.project, note)) },
    ),
    ...(options.net === "isolated" ? networkSteps(stage, world) : []),
    ...inOnePause([...snapshot.steps, ...cloned.steps], [...snapshot.pause, ...made], source.instance.name),
  ];
  const disks = ownDisks(steps, instance.ownProfile);
  const given = givenDevices(stage, info, world);
  const keys = neutralKeys(stage, info, world);
  return {
    ...launched,
    steps: thawedFirst(steps).map((step) =>
      isolated(step, stage, { info, given, keys, disks, net: netOf(stage, options.net) })
    ),
    notes: [
      ...cloned.notes,
      ...launched.notes ?? [],
      ...leftOut(stage, info, world).map((one) => `The copy is without ${one}, which may reach the host`),
    ],
  };
}

function netOf({ network }: Stage, net: string): string | undefined {
  return net === "none" ? undefined : net === "isolated" ? network : net;
}

/** Returns the copy with its filesystems of one kind, which are clones. */
function part({ copy, source }: Stage, kind: string, snapshot: string): Target {
  const { instance } = copy;
  const filesystems = instance.filesystems.filter((one) => one.kind === kind);
  const ids = new Set(filesystems.map(({ id }) => id));
  return {
    ...copy,
    instance: {
      ...instance,
      filesystems,
      devices: instance.devices.filter(({ filesystem }) => filesystem !== undefined && ids.has(filesystem)),
      deviceSource: { name: source.instance.name, snapshot },
    },
    devicesFrom: source,
  };
}

/** Returns a world in which snapshots exist that are taken first. */
function withSnapshots(world: World, snapshots: readonly string[]): World {
  const all = new Map(world.zfsSnapshots);
  for (const snapshot of snapshots) {
    const [dataset = "", name = ""] = snapshot.split("@");
    all.set(dataset, [...all.get(dataset) ?? [], { name, used: "", creation: "" }]);
  }
  return { ...world, zfsSnapshots: all };
}

/** Returns a world in which the clones exist that are made first. */
function withClones({ source, copy }: Stage, world: World): World {
  const datasets = new Map(world.datasets);
  const paths = new Map(world.paths);
  source.instance.filesystems.forEach((from, index) => {
    const to = copy.instance.filesystems[index]!;
    const found = from.kind === "dataset" && !from.transient ? world.datasets.get(from.path) : undefined;
    if (!found) return;
    const parent = world.datasets.get(to.path.slice(0, to.path.lastIndexOf("/")));
    const mountpoint = parent
      ? `${parent.mountpoint}${to.path.slice(to.path.lastIndexOf("/"))}`
      : found.mountpoint.replace(from.path.split("/").at(-1)!, to.path.split("/").at(-1)!);
    datasets.set(to.path, { ...found, name: to.path, mountpoint });
    for (const [path, info] of world.paths) {
      if (info && (path === found.mountpoint || path.startsWith(`${found.mountpoint}/`))) {
        paths.set(mountpoint + path.slice(found.mountpoint.length), info);
      }
    }
  });
  return { ...world, datasets, paths };
}

function refuseSize(
  { source, copy }: Stage,
  world: World,
  most: number,
  rooms: readonly RoomLook[],
): void {
  const directories = source.instance.filesystems.filter(({ kind, transient, path }, index) =>
    kind === "directory" && !transient &&
    !sharesCopy(realPath(path, world), realPath(copy.instance.filesystems[index]!.path, world), world)
  );
  const bytesOf = (some: typeof directories) =>
    some.reduce((sum, { path }) => sum + (world.bytes?.get(path) ?? 0), 0);
  for (const { paths, mount, freeBytes } of rooms) {
    const bytes = bytesOf(directories.filter(({ path }) => paths.includes(path)));
    if (bytes <= freeBytes) continue;
    throw refuse(
      `Cannot rehearse with instance "${source.instance.name}"`,
      `copies of its directories take ${sizeText(bytes)}, and "${mount}" has ${sizeText(freeBytes)} left`,
      [`To see what takes the room: du -xsh ${quote(mount)}/*`],
    );
  }
  const bytes = bytesOf(directories);
  if (bytes <= most) return;
  throw refuse(
    `Cannot rehearse with instance "${source.instance.name}"`,
    `its directories have ${sizeText(bytes)}, and copies may take ${sizeText(most)}: ${
      directories.map(({ path }) => path).join(", ")
    }`,
    ["To copy more: --max-copy SIZE. Data costs nothing where its filesystem or driver shares blocks"],
  );
}

/** Returns the devices of the profile that a plan makes. */
function ownDisks(steps: readonly Step[], profile: string): Devices {
  for (const { effect } of steps) {
    const found = sent(effect);
    if (found?.parts[0] === "profiles" && isBody(found.body) && found.body["name"] === profile) {
      return found.body["devices"] as Devices;
    }
  }
  return {};
}

/** The devices and keys that a copy gets, so that it is isolated. */
interface Isolation {
  readonly info: InstanceInfo;
  /** The devices that it would have from the instance and its profiles. */
  readonly given: Devices;
  /** Keys in the place of those that reach the host. */
  readonly keys: Readonly<Record<string, string>>;
  readonly disks: Devices;
  /** Absent: it has no network. */
  readonly net: string | undefined;
}

/** Returns a step; the one that creates the copy gives it isolated devices only. */
function isolated(
  step: Step,
  { copy, source, random }: Stage,
  { info, given, keys, disks, net }: Isolation,
): Step {
  const found = sent(step.effect);
  const { name, ownProfile } = copy.instance;
  if (step.effect.kind !== "send" || found?.method !== "POST" || found.parts.join() !== "instances") {
    return step;
  }
  if (!isBody(found.body) || found.body["name"] !== name) return step;
  const devices = Object.fromEntries(
    Object.entries(given).flatMap(([key, device]) => {
      const other = copyOfDevice(key, device, {
        own: disks[key],
        isLocal: Object.hasOwn(info.devices, key),
        net,
      });
      return other ? [[key, other] as const] : [];
    }),
  );
  const own = Object.keys(info.config).filter((key) =>
    /^user\.lxops\./.test(key) && !/^user\.lxops\.(?:ids|properties)$/.test(key)
  );
  const record = info.config[RECORD_MARK]?.replaceAll(
    JSON.stringify(source.instance.ownProfile),
    JSON.stringify(ownProfile),
  );
  const config = {
    ...Object.fromEntries(own.map((key) => [key, ""])),
    ...(record ? { [RECORD_MARK]: record } : {}),
    ...found.body["config"] as Readonly<Record<string, string>>,
    ...keys,
    // Without a value, that of a profile would count.
    ...(info.expandedConfig["snapshots.schedule"] ? { "snapshots.schedule": "@never" } : {}),
    "boot.autostart": "false",
    "security.protection.delete": "false",
    [REHEARSAL_MARK]: random,
  };
  return {
    ...step,
    effect: {
      ...step.effect,
      body: {
        ...found.body,
        config,
        devices: { ...found.body["devices"] as Devices, ...devices },
        source: { ...found.body["source"] as object, allow_inconsistent: true },
      },
    },
  };
}

interface DeviceOf {
  readonly own: Devices[string] | undefined;
  readonly isLocal: boolean;
  readonly net: string | undefined;
}

/** Returns the device that a copy itself has in the place of one; nothing where its profiles give it. */
function copyOfDevice(
  name: string,
  device: Devices[string],
  { own, isLocal, net }: DeviceOf,
): Devices[string] | undefined {
  const type = device["type"];
  if (own) return isLocal ? own : undefined;
  if (type === "nic") {
    return net === undefined ? { type: "none" } : { type: "nic", name: device["name"] ?? name, network: net };
  }
  return isHarmless(device) ? undefined : { type: "none" };
}

/** Returns the key of the copy in a world. */
export function copyKey({ copy }: Stage): string {
  const { project, name } = refOf(copy.instance);
  return objectKey(project, name);
}

/**
 * Instances that can write into directories of the host, and steps that prevent it for a while.
 *
 * A container that replaces a directory by a symbolic link at the right moment can lead a program of the host's root
 * out of the directory that it walks, so that it reads or changes any other file. So lxops reads and writes such
 * directories only while no container that has them runs: the containers are stopped or frozen.
 *
 * @module
 */
import { type LxopsError, refuse } from "../../base/errors.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { send, sendEffect } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { freezeInstance, patchInstance, unfreezeInstance } from "../requests/instances.ts";
import { FROZEN_MARK, heldBy, ownNote, refuseHeld, SNAPSHOT_MARK } from "../runs.ts";
import { isFreezing, isHalted, settleStep } from "../instance/power/freezing.ts";
import { attachedVolumes } from "./kinds/volumes.ts";
import { type Identities, isInside } from "../tree/same.ts";
import { named, objectKey, type World } from "../world.ts";

/** Steps before and after a part of a plan during which no instance may write into some places. */
export interface Freeze {
  readonly before: readonly Step[];
  readonly after: readonly Step[];
}

/** The instances that are frozen, and the reason. */
export interface FreezeOptions {
  /** Instances that may be frozen; all others must not run with the places. */
  readonly own: readonly InstanceRef[];
  /** The action that needs the freeze, for messages: `export "c"`. */
  readonly action: string;
  /** More keys that are noted on a frozen instance. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** Tells whether one of two places is the other one, or in it. */
function related(one: string, other: string, world: Identities): boolean {
  return isInside(one, other, world) || isInside(other, one, world);
}

function isStopped({ status }: InstanceInfo): boolean {
  return status === "Stopped" || status === "Frozen";
}

function writableDisks({ expandedDevices }: InstanceInfo) {
  return Object.entries(expandedDevices).filter(([, device]) =>
    device["type"] === "disk" && device["readonly"] !== "true"
  );
}

/** Returns the directories of the host that an instance can write to. */
function writableSources(info: InstanceInfo): readonly string[] {
  return writableDisks(info).flatMap(([, { source = "" }]) => source.startsWith("/") ? source : []);
}

/** The parts of a world that tell which instances can write where. */
type Writing = Pick<World, "instances"> & Partial<Pick<World, "volumeProjects">> & Identities;

/**
 * Returns instances of any project that run and have a writable disk device in one of some places, or around it: a
 * directory of the host, or the key of a volume.
 */
export function writers(world: Writing, directories: readonly string[]): readonly InstanceInfo[] {
  return [...world.instances.values()].filter((info) => writes(info, directories, world));
}

/**
 * Returns instances of both daemons that run and have a directory, or one around it, as a disk device: they can replace
 * whatever is created in it by a link.
 */
export function holders(
  world: Pick<World, "instances" | "otherDaemon"> & Identities,
  directory: string,
): readonly { readonly name: string; readonly source: string }[] {
  return [...world.instances.values(), ...world.otherDaemon?.instances ?? []].flatMap((info) =>
    isStopped(info)
      ? []
      : writableSources(info).flatMap((source) =>
        isInside(directory, source, world) ? { name: info.name, source } : []
      )
  );
}

/** Returns the writers of the other daemon on the machine. */
export function otherDaemonWriters(
  { otherDaemon, realPaths, directoryKeys }: Pick<World, "otherDaemon"> & Identities,
  directories: readonly string[],
): readonly InstanceInfo[] {
  // The volumes of a world are those of this daemon.
  const here = { ...(realPaths ? { realPaths } : {}), ...(directoryKeys ? { directoryKeys } : {}) };
  return (otherDaemon?.instances ?? []).filter((info) => writes(info, directories, here));
}

function writes(info: InstanceInfo, directories: readonly string[], writing: Partial<Writing>): boolean {
  return !isStopped(info) && reaches(info, directories, writing);
}

/** Tells whether an instance, once it runs, can write into some places. */
function reaches(
  info: InstanceInfo,
  directories: readonly string[],
  { volumeProjects, ...world }: Partial<Writing>,
): boolean {
  const sources = [
    ...writableSources(info),
    // Volumes of another daemon are other volumes, whatever their names.
    ...(volumeProjects
      ? attachedVolumes({ volumeProjects }, info.project, Object.fromEntries(writableDisks(info)))
      : []),
  ];
  return sources.some((source) => directories.some((directory) => related(source, directory, world)));
}

/**
 * Plans to keep all instances from writing into some places: directories of the host, or keys of volumes. Other
 * instances may continue to use volumes, as the daemon reads those and cannot be led out of one.
 *
 * @throws {StateError} where another instance that runs has a device in a directory of the host, or one that could
 * write there is frozen by another run of lxops, which may unfreeze it at any time
 */
export function freezeWriters(
  world: World,
  places: readonly string[],
  { own, action, notes = {} }: FreezeOptions,
): Freeze {
  const keys = new Set(own.map((ref) => objectKey(ref.project, ref.name)));
  const isOwn = (info: InstanceInfo) => keys.has(objectKey(info.project, info.name));
  const directories = places.filter((place) => place.startsWith("/"));
  for (const info of world.instances.values()) {
    if (isOwn(info) || reaches(info, directories, world)) refuseHeld(info, world, action);
  }
  const running = writers(world, places).filter(isOwn);
  const others = [
    ...writers(world, directories).filter((info) => !isOwn(info)),
    ...otherDaemonWriters(world, places),
  ];
  if (others.length > 0) throw busy(others, action, own[0]?.project ?? "");
  const left = leftFrozen(world, own).filter((info) => !running.includes(info));
  return {
    before: [
      ...left.flatMap((info) => places.length === 0 ? [] : takeOver(info, world, notes)),
      ...running.flatMap((info) => freezeSteps(info, world, notes)),
    ],
    after: [...running.flatMap((info) => unfreezeSteps(info, notes)), ...goOnSteps(left, notes)],
  };
}

/** Plans to thaw the instances that an interrupted run has left frozen; those of a running lxops stay frozen. */
export function unfreezeLeft(
  world: Pick<World, "instances" | "thisRun" | "runs">,
  mine: readonly InstanceRef[],
): readonly Step[] {
  return goOnSteps(leftFrozen(world, mine));
}

function leftFrozen(
  world: Pick<World, "instances" | "thisRun" | "runs">,
  mine: readonly InstanceRef[],
): readonly InstanceInfo[] {
  return mine.flatMap((ref) => world.instances.get(objectKey(ref.project, ref.name)) ?? []).filter((info) =>
    (info.config[FROZEN_MARK] || info.config[SNAPSHOT_MARK]) && !heldBy(info, world)
  );
}

function goOnSteps(left: readonly InstanceInfo[], notes: Readonly<Record<string, string>> = {}): Step[] {
  return left.flatMap((info) => [
    ...(isFreezing(info) && info.config[FROZEN_MARK] ? [settleStep(info)] : []),
    ...unfreezeSteps(info, notes).slice(isHalted(info) && info.config[FROZEN_MARK] ? 0 : 1),
  ]);
}

/** Plans to keep a frozen instance frozen, with a note of this run. */
function takeOver(
  { project, name, status }: InstanceInfo,
  world: World,
  notes: Readonly<Record<string, string>>,
): Step[] {
  if (world.thisRun === undefined || status !== "Frozen") return [];
  const config = { [FROZEN_MARK]: world.thisRun, ...notes };
  return [
    send(
      `Take over instance ${name}, left frozen by an interrupted run`,
      patchInstance({ project, name }, { config }),
    ),
  ];
}

/** Returns keys with empty values, which the daemon deletes. */
function without(notes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(notes).map((key) => [key, ""]));
}

function freezeSteps(
  { project, name }: InstanceInfo,
  world: World,
  notes: Readonly<Record<string, string>>,
): Step[] {
  const ref = { project, name };
  const config = { [FROZEN_MARK]: ownNote(world), ...notes };
  return [
    send(`Note that instance ${name} must be unfrozen`, patchInstance(ref, { config }), {
      undo: sendEffect(patchInstance(ref, { config: without(config) })),
      opens: { kind: "freeze-note", project, name },
    }),
    send(`Freeze instance ${name}`, freezeInstance(ref), {
      undo: sendEffect(unfreezeInstance(ref)),
      opens: { kind: "freeze", project, name },
      notedBy: { kind: "freeze-note", project, name },
    }),
  ];
}

function unfreezeSteps(
  { project, name, config }: InstanceInfo,
  notes: Readonly<Record<string, string>>,
): Step[] {
  const ref = { project, name };
  return [
    send(`Unfreeze instance ${name}`, unfreezeInstance(ref), { closes: { kind: "freeze", project, name } }),
    send(
      `Remove the note that instance ${name} was frozen`,
      patchInstance(ref, {
        config: {
          [FROZEN_MARK]: "",
          ...without(notes),
          ...(config[SNAPSHOT_MARK] ? { [SNAPSHOT_MARK]: "" } : {}),
        },
      }),
      { closes: { kind: "freeze-note", project, name } },
    ),
  ];
}

function busy(others: readonly InstanceInfo[], action: string, project: string): LxopsError {
  const names = others.map((info) => named(info, project)).join(", ");
  return refuse(`Cannot ${action}`, `instance ${names} runs and can write into its directories meanwhile`, [
    `Stop ${names} first`,
  ]);
}

/**
 * Who can write into directories of the host, and how they are kept from it for a while.
 *
 * A program of the host's root that walks a directory can be led out of it, and be made to read or change any
 * other file, by a container that swaps a directory of it for a symbolic link at the right moment. So whatever
 * lxops reads or writes in such directories, it does while no container that has them runs: they are stopped, or
 * frozen.
 *
 * @module
 */
import { type LxopsError, refuse } from "../../base/errors.ts";
import { isWithin } from "../../base/within.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import type { Step } from "../../step/step.ts";
import { freezeInstance, patchInstance, unfreezeInstance } from "../requests/instances.ts";
import { FROZEN_MARK, heldBy, ownNote, refuseHeld, SNAPSHOT_MARK } from "../runs.ts";
import { attachedVolumes } from "./kinds/volumes.ts";
import { named, objectKey, type World } from "../world.ts";

/** Steps before and after something that needs directories to stand still. */
export interface Freeze {
  readonly before: readonly Step[];
  readonly after: readonly Step[];
}

function related(one: string, other: string): boolean {
  return isWithin(one, other) || isWithin(other, one);
}

function isStill({ status }: InstanceInfo): boolean {
  return status === "Stopped" || status === "Frozen";
}

function writableDisks({ expandedDevices }: InstanceInfo) {
  return Object.entries(expandedDevices).filter(([, device]) =>
    device["type"] === "disk" && device["readonly"] !== "true"
  );
}

/** Directories of the host that an instance can write to. */
function writableSources(info: InstanceInfo): readonly string[] {
  return writableDisks(info).flatMap(([, { source = "" }]) => source.startsWith("/") ? source : []);
}

/** What tells who can write where. */
type Writing = Pick<World, "instances"> & Partial<Pick<World, "volumeProjects">>;

/**
 * Instances of any project that run and have a disk device in one of some directories, or around it; `volume:` keys
 * stand for volumes of the daemon.
 */
export function writers(world: Writing, directories: readonly string[]): readonly InstanceInfo[] {
  return [...world.instances.values()].filter((info) => writes(info, directories, world));
}

/**
 * Instances of both kinds of daemon that run and have a directory, or one around it, as a disk device: they can put
 * a link in the place of whatever is made in it.
 */
export function holders(
  world: Pick<World, "instances" | "sibling">,
  directory: string,
): readonly { readonly name: string; readonly source: string }[] {
  return [...world.instances.values(), ...world.sibling?.instances ?? []].flatMap((info) =>
    isStill(info)
      ? []
      : writableSources(info).flatMap((source) =>
        isWithin(directory, source) ? { name: info.name, source } : []
      )
  );
}

/** Likewise of the other kind of daemon on the machine. */
export function siblingWriters(
  world: Pick<World, "sibling">,
  directories: readonly string[],
): readonly InstanceInfo[] {
  return (world.sibling?.instances ?? []).filter((info) => writes(info, directories));
}

function writes(info: InstanceInfo, directories: readonly string[], writing: Partial<Writing> = {}): boolean {
  return !isStill(info) && reaches(info, directories, writing);
}

/** Whether an instance, once it runs, can write into some directories. */
function reaches(
  info: InstanceInfo,
  directories: readonly string[],
  { volumeProjects }: Partial<Writing> = {},
): boolean {
  const sources = [
    ...writableSources(info),
    // Those of another daemon are others, whatever their names.
    ...(volumeProjects
      ? attachedVolumes({ volumeProjects }, info.project, Object.fromEntries(writableDisks(info)))
      : []),
  ];
  return sources.some((source) => directories.some((directory) => related(source, directory)));
}

/**
 * Plans that nobody writes into some directories: instances of `mine` are frozen. Volumes are different: the daemon
 * reads them, and cannot be led out of one, so that others may go on.
 *
 * @throws {StateError} where another instance that runs has a device in a directory of the host, or one that could
 * write there is frozen by another run of lxops, which unfreezes it when it likes
 */
export function freezeWriters(
  world: World,
  directories: readonly string[],
  mine: readonly InstanceRef[],
  action: string,
  notes: Readonly<Record<string, string>> = {},
): Freeze {
  const own = new Set(mine.map((ref) => objectKey(ref.project, ref.name)));
  for (const info of world.instances.values()) {
    const reached = () => reaches(info, directories.filter((one) => one.startsWith("/")), world);
    if (own.has(objectKey(info.project, info.name)) || reached()) refuseHeld(info, world, action);
  }
  const found = writers(world, directories).filter((info) => own.has(objectKey(info.project, info.name)));
  const onHost = directories.filter((directory) => directory.startsWith("/"));
  const foreign = [
    ...writers(world, onHost).filter((info) => !own.has(objectKey(info.project, info.name))),
    ...siblingWriters(world, directories),
  ];
  if (foreign.length > 0) throw busy(foreign, action, mine[0]?.project ?? "");
  const left = leftFrozen(world, mine).filter((info) => !found.includes(info));
  return {
    before: [
      ...left.flatMap((info) => takeOver(info, world, directories, notes)),
      ...found.flatMap((info) => freezeSteps(info, world, notes)),
    ],
    after: [...found.flatMap((info) => unfreezeSteps(info, notes)), ...goOnSteps(left, notes)],
  };
}

/** Plans that instances go on which a run that was cut off has left frozen; what another run works on stays. */
export function unfreezeLeft(world: World, mine: readonly InstanceRef[]): readonly Step[] {
  return goOnSteps(leftFrozen(world, mine));
}

function leftFrozen(world: World, mine: readonly InstanceRef[]): readonly InstanceInfo[] {
  return mine.flatMap((ref) => world.instances.get(objectKey(ref.project, ref.name)) ?? []).filter((info) =>
    (info.config[FROZEN_MARK] || info.config[SNAPSHOT_MARK]) && !heldBy(info, world)
  );
}

function goOnSteps(left: readonly InstanceInfo[], notes: Readonly<Record<string, string>> = {}): Step[] {
  return left.flatMap((info) =>
    unfreezeSteps(info, notes).slice(info.status === "Frozen" && info.config[FROZEN_MARK] ? 0 : 1)
  );
}

/** What is left frozen stays so meanwhile, and is now this run's. */
function takeOver(
  { project, name, status }: InstanceInfo,
  world: World,
  directories: readonly string[],
  notes: Readonly<Record<string, string>>,
): Step[] {
  if (world.thisRun === undefined || directories.length === 0 || status !== "Frozen") return [];
  const config = { [FROZEN_MARK]: world.thisRun, ...notes };
  return [{
    title: `Take over instance ${name}, which a run that was cut off left frozen`,
    effect: { kind: "send", ...patchInstance({ project, name }, { config }) },
  }];
}

/** Keys with nothing in them. */
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
    {
      title: `Remember that instance ${name} is to be unfrozen`,
      effect: { kind: "send", ...patchInstance(ref, { config }) },
      undo: { kind: "send", ...patchInstance(ref, { config: without(config) }) },
      opens: { kind: "freeze-note", project, name },
    },
    {
      title: `Freeze instance ${name}`,
      effect: { kind: "send", ...freezeInstance(ref) },
      undo: { kind: "send", ...unfreezeInstance(ref) },
      opens: { kind: "freeze", project, name },
      notedBy: { kind: "freeze-note", project, name },
    },
  ];
}

function unfreezeSteps(
  { project, name, config }: InstanceInfo,
  notes: Readonly<Record<string, string>>,
): Step[] {
  const ref = { project, name };
  return [
    {
      title: `Unfreeze instance ${name}`,
      effect: { kind: "send", ...unfreezeInstance(ref) },
      closes: { kind: "freeze", project, name },
    },
    {
      title: `Forget that instance ${name} was frozen`,
      effect: {
        kind: "send",
        ...patchInstance(ref, {
          config: {
            [FROZEN_MARK]: "",
            ...without(notes),
            ...(config[SNAPSHOT_MARK] ? { [SNAPSHOT_MARK]: "" } : {}),
          },
        }),
      },
      closes: { kind: "freeze-note", project, name },
    },
  ];
}

function busy(foreign: readonly InstanceInfo[], action: string, project: string): LxopsError {
  const names = foreign.map((info) => named(info, project)).join(", ");
  return refuse(`Cannot ${action}`, `instance ${names} runs and can write into its directories meanwhile`, [
    `Stop ${names} first`,
  ]);
}

/**
 * Refusal of directories that instances which run have under a former name.
 *
 * @module
 */
import { refuse } from "../../../base/errors.ts";
import { quote } from "../../../base/shell.ts";
import { downCommand, SHARED_DATA, STOP_OTHER } from "../../../plan/checks/renamed.ts";
import { isRunning } from "../../../plan/instance/ownership.ts";
import { named, objectKey, type Target, type World } from "../../../plan/world.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { SeeingProcess } from "../../../ports/mounts.ts";
import type { App } from "../../command/app.ts";

/**
 * Checks that no running instance has the directories of targets that will start: a directory that was moved meanwhile
 * is still mounted in it, and its devices name the old path. `--adopt` is not enough: the two would work on one another's
 * data.
 *
 * @throws {StateError}
 */
export async function checkMovedDirectories(
  targets: readonly Target[],
  world: World,
  { action }: { readonly action: string },
  app: App,
): Promise<void> {
  const starting = targets.filter(({ instance: { project, name } }) => {
    const info = world.instances.get(objectKey(project, name));
    return !info || !isRunning(info);
  });
  if (starting.length === 0) return;
  const { movedFrom } = await import("../../../plan/checks/moved_from.ts");
  for (const target of starting) {
    const moved = await lostOf(movedFrom(target, world), app);
    if (moved.length === 0 || !await app.isLocal()) continue;
    for (const [to, all] of Map.groupBy(moved, (one) => one.to)) {
      // The kernel shows the mounts of containers under any name.
      const [holder] = among(all, await app.host.processesThatSee(to));
      if (!holder) continue;
      const { info, device, from } = holder;
      const other = world.otherDaemon?.instances.includes(info) ? world.otherDaemon : undefined;
      throw taken(target, action, { info, other: other?.title }, { device, from, to });
    }
  }
}

/**
 * Checks that no other instance which runs has a directory whose content is to be destroyed or replaced: one whose path
 * was taken away, as by a move or an unmount, still has it, and its devices do not tell which it is.
 *
 * @throws {StateError}
 */
export async function checkSeenDirectories(
  targets: readonly Target[],
  world: World,
  { action, destroyed }: { readonly action: string; readonly destroyed?: true },
  app: App,
): Promise<void> {
  if (!app.host.isRoot || !await app.isLocal()) return;
  const lost = await lostDisks(world, app);
  if (lost.length === 0) return;
  const { layoutOf } = await import("../../../plan/checks/moved_from.ts");
  for (const target of targets) {
    const { instance: { project, name } } = target;
    const own = world.instances.get(objectKey(project, name));
    const others = lost.filter(({ info }) => info !== own);
    if (others.length === 0) continue;
    const directories = layoutOf(target, world)?.filesystems.filter(({ exists, directory, destroy }) =>
      exists && directory.startsWith("/") && (destroy || !destroyed)
    ) ?? [];
    for (const { directory } of directories) {
      const [other] = among(others, await app.host.processesThatSee(directory));
      if (!other) {
        continue;
      }
      const { info, source } = other;
      const what = `instance "${info.name}" runs with a directory that is no longer at its path "${source}"`;
      throw own && isRunning(own)
        ? refuse(`Cannot ${action} instance "${name}"`, `${what}, and may have "${directory}"`, [
          `Stop "${name}" first, which has that too: then lxops can tell`,
        ])
        : refuse(
          `Cannot ${action} instance "${name}"`,
          `${what}, and a container that runs has "${directory}" mounted`,
          [`Stop "${info.name}" first, or have its directory at its path again`],
        );
    }
  }
}

/** Returns the disks of instances of both daemons that run, whose directories do not exist at their paths. */
async function lostDisks({ instances, otherDaemon }: World, app: App) {
  const running = [...instances.values(), ...otherDaemon?.instances ?? []].filter(isRunning);
  const sources = running.flatMap((info) =>
    Object.values(info.expandedDevices).flatMap(({ type, pool, source = "" }) =>
      type === "disk" && pool === undefined && source.startsWith("/") ? [{ info, source, from: source }] : []
    )
  );
  return await lostOf(sources, app);
}

/** Returns the disks whose directories do not exist at their paths. */
async function lostOf<T extends { readonly from: string }>(
  disks: readonly T[],
  app: App,
): Promise<readonly T[]> {
  const found = await Promise.all(disks.map(async (one) => await exists(one.from, app) ? [] : [one]));
  return found.flat();
}

/**
 * Returns those of some instances that processes which see a directory are of. Where none is, all of them may be if a
 * process does not tell its container, as that of a virtual machine or a daemon.
 */
function among<T extends { readonly info: InstanceInfo }>(
  all: readonly T[],
  processes: readonly SeeingProcess[],
): readonly T[] {
  const found = all.filter(({ info: { project, name } }) => {
    const own = project && project !== "default" ? `${project}_${name}` : name;
    // Where both daemons have one of the name, the second one gets a number.
    return processes.some(({ container = "" }) =>
      container === own || container.startsWith(own) && /^-\d+$/.test(container.slice(own.length))
    );
  });
  const isKnown = processes.every(({ container }) => container !== undefined);
  return found.length > 0 || isKnown ? found : all;
}

async function exists(path: string, { host }: App): Promise<boolean> {
  return await host.realPath(path).catch(() => path) !== undefined;
}

function taken(
  { instance: { name, file, project } }: Target,
  action: string,
  { info, other }: { readonly info: InstanceInfo; readonly other: string | undefined },
  { device, from, to }: { readonly device: string; readonly from: string; readonly to: string },
) {
  const who = other === undefined ? named(info, project) : `"${info.name}" of ${other}`;
  return refuse(
    `Cannot ${action} instance "${name}"`,
    `instance ${who}, which runs, has its device "${device}" ("${to}") already: as "${from}", which was moved there`,
    other === undefined
      ? [
        `If "${info.name}" is to go on at its new place, write "name: ${info.name}" into "${file}", then: lxops up --adopt ${
          quote(file)
        }`,
        `If "${name}" is to have its data: ${
          downCommand(info)
        }, which keeps data, and run the same command again`,
        SHARED_DATA,
      ]
      : [STOP_OTHER, SHARED_DATA],
  );
}

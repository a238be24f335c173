/**
 * Claims of the data of instances that start by their names: they are refused while others run with the same data, as
 * `up` refuses it.
 *
 * @module
 */
import { held, heldBy, type Holder, ownDisksOf } from "../../plan/checks/held_data.ts";
import { dataDisks } from "../../plan/instance/data_disks.ts";
import { usesOf } from "../../plan/checks/directory_uses.ts";
import { ownDeviceNames } from "../../plan/checks/renamed.ts";
import { isNameOf } from "../../plan/instance/reserved_names.ts";
import { replacedOf } from "../../plan/commands/copy.ts";
import { type PutAway, putAwayAdvice } from "../../plan/storage/create/put_away.ts";
import type { Identities } from "../../plan/tree/same.ts";
import type { InstanceInfo, OtherDaemonInstances } from "../../ports/mod.ts";
import { refuse } from "../../base/errors.ts";
import { ancestors } from "../../base/within.ts";
import { quote } from "../../base/shell.ts";
import { CONFIG_MARK } from "../../plan/instance/marks.ts";
import type { App } from "../command/app.ts";
import { locks, type LockValues, secondsOf } from "../shared/lifecycle/lock.ts";
import type { FoundPlace, PlaceValues } from "./places.ts";
import { withTargets } from "./sources.ts";

/** Values of the flags of commands that start instances. */
export interface HeldValues extends PlaceValues, LockValues {}

/**
 * Locks the directories of instances that are to start or to restart, and checks that no instance of either daemon which
 * runs has the data of those that are stopped, and that no two of these have the same.
 *
 * @throws {StateError}
 */
export async function claimData(
  found: readonly FoundPlace[],
  command: string,
  values: HeldValues,
): Promise<void> {
  const groups = Map.groupBy(found, ({ app, ref }) => `${app.globals.remote} ${ref.project || "default"}`);
  for (const group of groups.values()) {
    if (group.some(({ info }) => dataDisks(info).length > 0)) await claimGroup(group, command, values);
  }
}

async function claimGroup(
  found: readonly FoundPlace[],
  command: string,
  values: HeldValues,
): Promise<void> {
  const { app, ref: { project } } = found[0]!;
  const stopped = found.filter(({ info }) => info.status === "Stopped");
  const since = locks(values) ? await app.otherRuns() : undefined;
  if (since === undefined && stopped.length === 0) return;
  const isLocal = await app.isLocal();
  const askOther = async (): Promise<OtherDaemonInstances> =>
    isLocal ? await app.otherDaemonInstances() : { title: "", instances: [] };
  const worldOf = async (infos: readonly InstanceInfo[]): Promise<Identities> => {
    if (!isLocal) return {};
    // Symbolic links and mounts give one directory several paths.
    const sources = infos.flatMap(dataDisks)
      .flatMap(([, { pool, source }]) => pool === undefined && source ? source : []);
    const directoryKeys = await app.host.directoryKeys?.(sources);
    return { realPaths: await app.host.realPaths(sources), ...(directoryKeys ? { directoryKeys } : {}) };
  };
  const infos = found.map(({ info }) => info);
  let other = await askOther();
  let places = found;
  if (since !== undefined) {
    places = await knownWhereShared(found, other, await worldOf([...infos, ...other.instances]), values);
    const uses = places.flatMap((place) => usesOf(place.info, ownNamesOf(place)));
    // Another daemon's command may have changed the observed objects.
    if (await app.lockDirectories(uses, { command, seconds: secondsOf(values), since })) {
      other = await askOther();
    }
  }
  if (stopped.length === 0) return;
  if (isLocal) await refuseMissing(stopped, app);
  const own = await (await app.server()).instances(project);
  const world = await worldOf([...infos, ...own, ...other.instances]);
  const running: readonly Holder[] = [
    ...own.map((info) => ({ info })),
    ...other.instances.map((info) => ({ info, title: other.title })),
  ].filter(({ info }) => info.status !== "Stopped");
  const holdersOf = ({ info }: FoundPlace): readonly Holder[] => [
    ...running.filter((one) => one.title !== undefined || !isNameOf(one.info, info.name)),
    // Of several that start, the first one is first.
    ...stopped.slice(0, stopped.findIndex((one) => one.info === info)),
  ];
  const open = places.filter((place) =>
    stopped.some(({ info }) => info === place.info) && heldBy(holdersOf(place), dataDisks(place.info), world)
  );
  if (open.length === 0) return;
  for (const place of await withTargets(open, values)) {
    const disks = ownDisksOf(place.info, ownNamesOf(place));
    const meeting = heldBy(holdersOf(place), disks, world);
    if (meeting) throw held(place.info, meeting.holder, meeting.disk);
  }
}

/**
 * Refuses to start an instance whose directory was moved away: the daemon only says that its path is missing.
 *
 * @throws {StateError}
 */
async function refuseMissing(stopped: readonly FoundPlace[], { host }: App): Promise<void> {
  for (const { info } of stopped) {
    for (const [device, { pool, source = "", required }] of dataDisks(info)) {
      if (pool !== undefined || required === "false") continue;
      // Where this user may not look, the daemon decides.
      const found = await host.lstat(source).catch(() => null);
      if (found === null || found && !found.deleted) continue;
      const cannot = `Cannot start instance "${info.name}"`;
      if (found) {
        const { deletedAdvice, goneText } = await import("../../plan/checks/moved_devices.ts");
        throw refuse(cannot, goneText({ device, directory: source, deleted: true }), [deletedAdvice(source)]);
      }
      const file = info.config[CONFIG_MARK];
      const away = await putAwayAbove(source, host);
      throw refuse(
        cannot,
        `the directory "${source}" of its device "${device}" does not exist`,
        away ? putAwayAdvice(info, file, away) : missingAdvice(info, file),
      );
    }
  }
}

/** Returns the advice about a directory that is missing. */
function missingAdvice({ name, project }: InstanceInfo, file: string | undefined): readonly string[] {
  const flag = project && project !== "default" ? ` --project ${quote(project)}` : "";
  return [
    "If it was moved, move it back, and run the same command again",
    ...(file
      ? [
        `To begin with empty directories: lxops create-devices --name ${quote(name)}${flag} ${quote(file)}`,
      ]
      : []),
  ];
}

/** Finds the directory around a missing one, or that itself, that a run which was cut off has moved away. */
async function putAwayAbove(source: string, host: App["host"]): Promise<PutAway | undefined> {
  for (const path of [source, ...ancestors(source)]) {
    if (await host.lstat(path).catch(() => path) !== undefined) return undefined;
    const at = replacedOf(path);
    if (await host.lstat(at).catch(() => undefined) !== undefined) return { path, at };
  }
  return undefined;
}

/**
 * Adds the configurations of instances whose paths do not tell that their directories are their own, where the other
 * daemon has an instance with one of these.
 */
async function knownWhereShared(
  found: readonly FoundPlace[],
  { title, instances }: OtherDaemonInstances,
  world: Identities,
  values: PlaceValues,
): Promise<readonly FoundPlace[]> {
  const all = instances.map((info) => ({ info, title }));
  const unclear = found.filter(({ info }) => {
    const own = new Set(ownDisksOf(info, undefined).map(([name]) => name));
    return heldBy(all, dataDisks(info).filter(([name]) => !own.has(name)), world);
  });
  if (unclear.length === 0) return found;
  const known = await withTargets(unclear, values);
  return found.map((place) => known.find(({ info }) => info === place.info) ?? place);
}

/** Returns the names of the devices that are an instance's own, where its configuration is known. */
function ownNamesOf({ target }: FoundPlace): ReadonlySet<string> | undefined {
  const unusable = target?.instance.unusable;
  const isKnown = target !== undefined && !unusable?.has("filesystems") && !unusable?.has("devices");
  return isKnown ? ownDeviceNames(target) : undefined;
}

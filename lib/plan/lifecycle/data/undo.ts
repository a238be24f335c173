/**
 * `--undo-data` of a rebuild: where the old instance comes back after the new one worked with the data, the data is
 * restored, too. Every filesystem gets a snapshot for that, also plain directories, whose snapshots are copies.
 *
 * @module
 */
import { refuse } from "../../../base/errors.ts";
import { quote } from "../../../base/shell.ts";
import { sizeText } from "../../../base/sizes.ts";
import { isPlainDirectory } from "../../../instance/kinds.ts";
import type { InstanceRef } from "../../../ports/mod.ts";
import { send } from "../../../step/build.ts";
import type { Effect, Step, UndoEffect } from "../../../step/step.ts";
import { forEach, forEachKind } from "../../data/kinds/mod.ts";
import { hasGivenUp } from "../../instance/given_up.ts";
import { type PendingUndo, undoMark } from "../../instance/spare.ts";
import { patchInstance } from "../../requests/instances.ts";
import { otherUsers } from "../../storage/other_users.ts";
import { sharesFiles, typeAt } from "../../storage/reflinks.ts";
import type { Filesystems } from "../../storage/selection.ts";
import { realPath } from "../../tree/paths.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../../world.ts";
import { ofSnapshot, removeSteps, withoutSnapshot } from "./left_snapshots.ts";

/** Most bytes that are copied where nothing else is said. */
export const MAX_COPY = 1024 ** 3;

/** Storage drivers that share the blocks of a volume with its snapshots. */
const SHARING: readonly string[] = ["zfs", "btrfs", "lvm", "ceph"];

/** Tells whether snapshots of a storage driver take no room at first. */
export function sharesBlocks(driver = ""): boolean {
  return SHARING.includes(driver);
}

/**
 * Checks that all filesystems can be put back, and returns the directories that are too large for copies that do not
 * share blocks.
 *
 * @throws {StateError} where one cannot
 */
export function refuseUndo(
  target: Target,
  filesystems: Filesystems,
  world: World,
  options: PlanOptions,
): ReadonlySet<string> {
  const { maxCopy = MAX_COPY } = options;
  const cannot = `Cannot rebuild instance "${target.instance.name}" with --undo-data`;
  const users = otherUsers(refOf(target.instance), world, filesystems);
  if (users.length > 0) {
    throw refuse(cannot, users, [
      "It would lose what that one writes meanwhile: stop it first, or leave out --undo-data",
    ]);
  }
  const directories = filesystems.host.filter(isPlainDirectory).map(({ path }) => {
    const bytes = world.bytes?.get(path);
    const type = typeAt(realPath(path, world), world);
    return { path, bytes, type, shares: sharesFiles(type) };
  });
  const unknown = directories.filter(({ bytes, shares }) => bytes === undefined && !shares);
  if (unknown.length > 0) {
    throw refuse(
      cannot,
      unknown.map(({ path }) => `"${path}" is copied for it, and its size cannot be measured`),
      ["Run lxops as root, or leave out --undo-data"],
    );
  }
  // Some drivers do not know how much is in a volume.
  const volumes = filesystems.daemon
    .filter(({ ref, info }) => info?.bytes && !sharesBlocks(world.pools.get(ref.pool)?.driver))
    .map(({ path, ref, info }) => ({
      path,
      bytes: info?.bytes,
      type: world.pools.get(ref.pool)?.driver ?? "",
    }));
  const copied = [...directories.filter(({ shares }) => !shares), ...volumes];
  const sum = copied.reduce((bytes, one) => bytes + (one.bytes ?? 0), 0);
  if (sum > maxCopy) {
    throw refuse(
      cannot,
      copied.map(({ path, bytes = 0, type }) =>
        `"${path}" (${type}) has ${sizeText(bytes)}, of which a copy is made`
      ),
      [
        `At most ${sizeText(maxCopy)} are copied; to allow more: --max-copy ${Math.ceil(sum / 1024 ** 2)}MiB`,
        "The copy is made while the instance stands still",
      ],
    );
  }
  const large = directories.filter(({ bytes = Infinity, shares }) => shares && bytes > maxCopy);
  return new Set(large.map(({ path }) => path));
}

/**
 * Returns the effects that put data back to snapshots that this run took, each filesystem whatever becomes of the
 * others.
 */
export function giveBackEffects(filesystems: Filesystems, snapshot: string): UndoEffect[] {
  return forEach(
    filesystems,
    (kind, one) =>
      kind.rollback.giveBack([one], snapshot, undefined).map(({ effect }) => ({ ...effect, part: one.path })),
  );
}

/**
 * Returns the effects that remove snapshots from which data was restored; copies of directories do not exist any more
 * then.
 */
export function removalEffects({ host, daemon }: Filesystems, snapshot: string): Effect[] {
  const left = { host: host.filter((one) => !isPlainDirectory(one)), daemon };
  return removeSteps(left, snapshot, "").map(({ effect }) => effect);
}

/** The rest of a return of data. */
export interface FinishedUndo {
  readonly back: readonly Step[];
  /** Removes the mark of the instance. */
  readonly forget: Step;
  readonly end: readonly Step[];
  /** Tell which data does not go back. */
  readonly notes: readonly string[];
}

/**
 * Plans the restoring of an instance's data according to its mark, which an earlier run did not reach.
 *
 * @param ref the name that it has by then
 * @throws {StateError} where newer snapshots would go
 */
export function finishUndo(
  target: Target,
  world: World,
  ref: InstanceRef,
  { snapshot }: PendingUndo,
): FinishedUndo {
  const { kept, having } = ofSnapshot(target, world, snapshot);
  const newer = forEachKind(
    having,
    (kind, own) => own.flatMap((one) => kind.rollback.newer(one, snapshot, world)),
  );
  if (newer.length > 0) {
    throw refuse(
      `Cannot put the data of instance "${ref.name}" back to snapshot "${snapshot}"`,
      `that destroys newer snapshots, ${newer.join(", ")}`,
      ["Destroy or move these first, and run the same command again", ...keepAdvice(target, world)],
    );
  }
  return {
    back: forEachKind(having, (kind, own) => kind.rollback.giveBack(own, snapshot, world)),
    forget: send(
      `Note that the data of instance ${ref.name} is as it was before`,
      patchInstance(ref, { config: undoMark(undefined) }),
    ),
    end: removeSteps(
      { host: having.host.filter((one) => !isPlainDirectory(one)), daemon: having.daemon },
      snapshot,
      ", which the data was restored from",
    ),
    notes: missingNotes(kept, having, snapshot),
  };
}

/** Returns notes on the filesystems that do not go back, as they have no snapshot. */
function missingNotes(kept: Filesystems, having: Filesystems, snapshot: string): readonly string[] {
  const without = withoutSnapshot(kept, having);
  const directories = new Set(kept.host.filter(isPlainDirectory).map(({ path }) => path));
  return without.map((path) =>
    `"${path}" stays as it is: it has no snapshot "${snapshot}"` +
    // The copy of a directory takes its place.
    (directories.has(path)
      ? ", because the earlier run put it back, or the snapshot was removed"
      : " any more")
  );
}

/** Returns advice with the command that leaves the data alone. The instance cannot be started before that is decided. */
export function keepAdvice({ instance }: Target, { backend, instances }: World): readonly string[] {
  const { project, name, file } = instance;
  const [home, there] = project && project !== "default"
    ? [` --project ${quote(project)}`, ` --project ${quote(project)}`]
    : ["", ""];
  const [key = ""] = Object.keys(undoMark(undefined));
  const unset = `To leave it as it is: ${backend.client} config unset ${quote(name)} ${key}${home}`;
  const found = instances.get(objectKey(project, name));
  if (found && !hasGivenUp(found)) return [unset];
  return [
    unset,
    `Then, to start the old instance: lxops rebuild --back --name ${quote(name)}${there} ${quote(file)}`,
  ];
}

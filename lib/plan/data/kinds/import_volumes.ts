/**
 * Volumes from the archives of an export. A volume is created under another name first, so that a volume with its name
 * is complete.
 *
 * @module
 */
import { basename } from "@std/path";
import { refuse } from "../../../base/errors.ts";
import { send, sendEffect } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { deleteVolume, patchVolume, renameVolume } from "../../requests/volumes.ts";
import {
  isMarked,
  partialVolume,
  type TargetVolume,
  volumeFact,
  volumeKey,
  volumeMarks,
} from "../../storage/kinds/volumes.ts";
import type { Target, World } from "../../world.ts";
import type { Unpacked } from "./kind.ts";

/** Returns the reasons not to replace a volume: nothing can be put into it, so that another one takes its place. */
export function replaceProblems({ path, info }: TargetVolume): string[] {
  if (!info) return [];
  const users = info.usedBy.map((one) => `"${decodeURIComponent(one.replace(/^.*[/]([^/?]*).*$/, "$1"))}"`);
  return [
    ...(isMarked(info) ? [] : [`"${path}" was not made by lxops`]),
    ...(users.length > 0
      ? [`${[...new Set(users)].join(", ")} has "${path}"; delete the instance, its volumes stay`]
      : []),
    ...(info.snapshots.length > 0
      ? [`"${path}" has snapshots, which would be lost: delete them with snapshot -d`]
      : []),
  ];
}

/** The key of a volume that marks an unfinished import. */
const IMPORT_MARK = "user.lxops.import";

/** Tells whether a run that was cut off left something of a volume's import. */
export function isLeftImport({ ref, info }: TargetVolume, world: World): boolean {
  const partial = world.volumes.get(volumeKey(world, partialVolume(ref)));
  return info?.config[IMPORT_MARK] !== undefined || partial !== undefined && isMarked(partial);
}

/** Returns the step that notes that an import is complete. */
export function forgetImport({ path, ref }: TargetVolume): Step {
  return send(`Mark ${path} as imported`, patchVolume(ref, { [IMPORT_MARK]: "" }));
}

/** Plans that a volume is created from an archive. */
export function importSteps(
  target: Target,
  volume: TargetVolume,
  archive: string,
  world: World,
): Unpacked {
  const { path, ref, info } = volume;
  const partial = partialVolume(ref);
  const remove = deleteVolume(partial);
  const old = world.volumes.get(volumeKey(world, partial));
  if (old && !isMarked(old)) {
    throw refuse(
      `Cannot import "${path}"`,
      `volume "${partial.name}" is in the way, and was not made by lxops`,
    );
  }
  const closes = { kind: "import", name: path } as const;
  const config = { ...volume.volume.properties, ...volumeMarks(target), [IMPORT_MARK]: "true" };
  return {
    make: [
      ...(old ? [send(`Delete the unfinished ${path}.partial`, remove)] : []),
      {
        title: `Create ${path}.partial from ${basename(archive)}`,
        effect: { kind: "transfer", direction: "restore", volume: partial, file: archive },
        opens: closes,
        undo: sendEffect(remove),
      },
      send(`Mark ${path}.partial as made by lxops`, patchVolume(partial, config)),
    ],
    name: [
      // Once the old volume is deleted, the imported one must stay.
      ...(info
        ? [send(`Delete ${path}, which is replaced`, deleteVolume(ref), { closes, commits: true })]
        : []),
      send(`Rename the volume to ${path}`, renameVolume(partial, ref.name), {
        makes: [volumeFact(world, ref)],
        closes,
      }),
    ],
  };
}

/**
 * How volumes are made of the archives of an export: under another name first, so that one that has its name is
 * whole.
 *
 * @module
 */
import { ConfigError, refuse } from "../../../base/errors.ts";
import type { Step } from "../../../step/step.ts";
import { volumeIssues } from "../../storage/create/volumes.ts";
import { deleteVolume, patchVolume, renameVolume } from "../../requests/volumes.ts";
import {
  isMarked,
  partialVolume,
  type TargetVolume,
  volumeFact,
  volumeKey,
  volumeMarks,
  volumesOf,
} from "../../storage/kinds/volumes.ts";
import type { Target, World } from "../../world.ts";

/** A volume and the archive that it is made of. */
export interface VolumeArchive {
  readonly volume: TargetVolume;
  readonly archive: string;
}

/** The volumes of a target that are imported; those that exist are among them. */
export function importedVolumes(
  target: Target,
  world: World,
  archives: readonly { readonly id: string; readonly archive: string }[],
): { readonly pairs: readonly VolumeArchive[]; readonly absent: readonly string[] } {
  const wanted = volumesOf(target, world).filter((one) => !one.transient);
  const issues = wanted.flatMap((volume) => volumeIssues(target, volume, world));
  if (issues.length > 0) throw new ConfigError(issues);
  const found = wanted.map((volume) => ({
    volume,
    archive: archives.find(({ id }) => id === volume.id)?.archive,
  }));
  return {
    pairs: found.flatMap(({ volume, archive }) => archive === undefined ? [] : [{ volume, archive }]),
    absent: found.flatMap(({ volume, archive }) => archive === undefined ? [volume.id] : []),
  };
}

/** What keeps a volume from being replaced: nothing can be put into one, so that another takes its place. */
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

/** The key of a volume that says that an import has not come to its end. */
const IMPORT_MARK = "user.lxops.import";

/** Whether a run that was cut off has left something of a volume's import. */
export function isLeftImport({ ref, info }: TargetVolume, world: World): boolean {
  const partial = world.volumes.get(volumeKey(world, partialVolume(ref)));
  return info?.config[IMPORT_MARK] !== undefined || partial !== undefined && isMarked(partial);
}

/** The step that says that an import has come to its end. */
export function forgetImport({ path, ref }: TargetVolume): Step {
  return {
    title: `Mark ${path} as imported`,
    effect: { kind: "send", ...patchVolume(ref, { [IMPORT_MARK]: "" }) },
  };
}

/** What makes a volume of an archive, and what gives it its name when all others are there, too. */
export interface VolumeImport {
  readonly make: readonly Step[];
  readonly name: readonly Step[];
}

/** Plans that a volume is made of an archive. */
export function importSteps(
  target: Target,
  { volume, archive }: VolumeArchive,
  file: string,
  world: World,
): VolumeImport {
  const { path, ref, info } = volume;
  const partial = partialVolume(ref);
  const remove = { kind: "send" as const, ...deleteVolume(partial) };
  const old = world.volumes.get(volumeKey(world, partial));
  if (old && !isMarked(old)) {
    throw refuse(
      `Cannot import "${path}"`,
      `volume "${partial.name}" is in the way, and was not made by lxops`,
    );
  }
  const make: Step[] = [
    ...(old ? [{ title: `Delete the unfinished ${path}.partial`, effect: remove }] : []),
    {
      title: `Make ${path}.partial of ${archive}`,
      effect: { kind: "transfer", way: "restore", volume: partial, file },
      opens: { kind: "import", name: path },
      undo: remove,
    },
    {
      title: `Mark ${path}.partial as made by lxops`,
      effect: {
        kind: "send",
        ...patchVolume(partial, {
          ...volume.volume.properties,
          ...volumeMarks(target),
          [IMPORT_MARK]: "true",
        }),
      },
    },
  ];
  const name: Step[] = [
    ...(info
      ? [{
        title: `Delete ${path}, which is replaced`,
        effect: { kind: "send" as const, ...deleteVolume(ref) },
        // From here on, what was imported must stay.
        closes: { kind: "import" as const, name: path },
        commits: true as const,
      }]
      : []),
    {
      title: `Give it its name ${path}`,
      effect: { kind: "send", ...renameVolume(partial, ref.name) },
      makes: [volumeFact(world, ref)],
      closes: { kind: "import", name: path },
    },
  ];
  return { make, name };
}

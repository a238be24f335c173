/**
 * Plans `import`: filesystems are made of the archives of an export, which are verified before anything changes.
 *
 * A directory is unpacked beside its place and renamed; a dataset is marked as unfinished until all is in it. So
 * a run that was cut off is known by what it left, and the same command begins anew with that.
 *
 * @module
 */
import { refuseElsewhere } from "../checks/moved_devices.ts";
import { dirname } from "@std/path";
import { ConfigError, refuse } from "../../base/errors.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import {
  makePrivateDirectory,
  readArchive,
  removeEmptyDirectory,
  unpackArchive,
} from "../commands/archive.ts";
import { makeParents, moveDirectory, partialOf, syncDirectory } from "../commands/copy.ts";
import { CHECKSUMS, EXPORT_FORMAT, MANIFEST, type Manifest } from "./export.ts";
import { type ImageImport, importImageSteps } from "./export_image.ts";
import type { LocatedFilesystem } from "../storage/kinds/kind.ts";
import { coveredDirectories, locate } from "../storage/layout.ts";
import { removeDirectory } from "../commands/host.ts";
import { deviceOwner } from "../instance/idmap.ts";
import {
  forgetImport,
  importedVolumes,
  importSteps,
  isLeftImport,
  replaceProblems,
  type VolumeImport,
} from "./kinds/import_volumes.ts";
import { siblingWriters, writers } from "../storage/freeze.ts";
import { named, type PlanOptions, refOf, type Target, type World } from "../world.ts";
import {
  DATASET_BUSY,
  MOUNT_BUSY,
  unfinishedMark,
  zfsCreate,
  zfsCreateParents,
  zfsDestroy,
  zfsFinish,
  zfsSet,
} from "../commands/zfs.ts";

/** What the command line asks of an import. */
export interface ImportOptions extends PlanOptions {
  readonly directory: string;
  readonly manifest: Manifest;
  /** Text of `SHA256SUMS`; absent in an export of the Go lxops, which has no manifest either. */
  readonly checksums?: string;
  /** Also this image. */
  readonly image?: ImageImport;
  readonly overwrite: boolean;
}

function replaced(directory: string): string {
  return `${directory}.lxops-replaced`;
}

/** Paths that a plan needs to know of. */
export function importPaths(target: Target): readonly string[] {
  return target.instance.filesystems.filter(({ kind }) => kind === "directory").flatMap(({ path }) => [
    partialOf(path),
    replaced(path),
  ]);
}

/** Plans an import. */
export function planImport(target: Target, world: World, options: ImportOptions): InstancePlan {
  const { instance } = target;
  const { directory, manifest, checksums } = options;
  const cannot = `Cannot import "${instance.name}"`;
  if (manifest.format !== EXPORT_FORMAT) {
    throw refuse(cannot, `the export has format ${manifest.format}, not ${EXPORT_FORMAT}`);
  }
  refuseElsewhere(target, world, "import into");
  const wanted = locate(target, world.datasets, world.paths).filesystems.filter((one) => !one.transient);
  const isOfVolume = ({ kind }: { readonly kind: string }) => kind === "volume";
  const { pairs: volumes, absent: absentVolumes } = importedVolumes(
    target,
    world,
    manifest.filesystems.filter(isOfVolume),
  );
  const pairs = wanted.flatMap((filesystem) => {
    const found = manifest.filesystems.find((one) => one.id === filesystem.id && !isOfVolume(one));
    return found ? [{ filesystem, archive: found.archive }] : [];
  });
  const absent = [
    ...wanted.map(({ id }) => id).filter((id) => !pairs.some(({ filesystem }) => filesystem.id === id)),
    ...absentVolumes,
  ];
  if (absent.length > 0) throw refuse(cannot, absentText(absent, manifest), [], "missing");
  if (pairs.length + volumes.length === 0) {
    throw refuse(cannot, "its configuration has no filesystem that is not transient", [], "missing");
  }
  const covered = coveredDirectories(target, wanted, world);
  if (covered.length > 0) throw new ConfigError(covered);
  const files = [...pairs, ...volumes].map(({ archive }) => archive);
  const unlisted = files.find((name) =>
    !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) || checksums !== undefined && !listed(checksums, name)
  );
  if (unlisted !== undefined) throw refuse(cannot, `${CHECKSUMS} does not list "${unlisted}"`);
  const there = [
    ...pairs.flatMap(({ filesystem }) =>
      filesystem.exists && !filesystem.unfinished ? [filesystem.path] : []
    ),
    ...volumes.flatMap(({ volume }) => volume.info ? [volume.path] : []),
  ];
  // A run that was cut off gave some their names, and not yet others: what has its name is whole.
  const isLeft = pairs.some(({ filesystem }) => isLeftOver(filesystem, world)) ||
    volumes.some(({ volume }) => isLeftImport(volume, world));
  const done = !options.overwrite && isLeft ? there : [];
  if (there.length > 0 && !options.overwrite && !isLeft) {
    const names = there.map((path) => `"${path}"`).join(", ");
    throw refuse(cannot, `${names} exist${there.length === 1 ? "s" : ""}`, [
      "To replace all that is there by what is in the archives, add --overwrite",
    ], "exists");
  }
  const directories = wanted.map((one) => one.directory);
  const busy = [...writers(world, directories), ...siblingWriters(world, directories)];
  if (busy.length > 0) {
    throw refuse(
      cannot,
      `instance ${busy.map((info) => named(info, instance.project)).join(", ")} runs with its devices`,
    );
  }
  const { uid, gid } = deviceOwner(target, world, {}, instance.config.type === "virtual-machine");
  const moved = pairs.length > 0 && manifest.root !== undefined && manifest.root !== `${uid}:${gid}`;
  const kept = volumes.filter(({ volume }) => !done.includes(volume.path)).flatMap(({ volume }) =>
    replaceProblems(volume)
  );
  if (kept.length > 0) throw refuse(cannot, kept.join(", "));
  const imports = [
    ...pairs.filter(({ filesystem }) => !done.includes(filesystem.path)).map(({ filesystem, archive }) =>
      filesystem.kind === "dataset"
        ? unpackDataset(filesystem, `${directory}/${archive}`, world)
        : unpackDir(filesystem, `${directory}/${archive}`, world)
    ),
    ...volumes.filter(({ volume }) => !done.includes(volume.path)).map((one) =>
      importSteps(target, one, `${directory}/${one.archive}`, world)
    ),
  ];
  const known = new Set(manifest.filesystems.map(({ id }) => id));
  for (const { id } of [...wanted, ...volumes.map(({ volume }) => volume)]) known.delete(id);
  return {
    instance: refOf(instance),
    steps: [
      ...verifySteps(directory, files, checksums),
      ...(options.image ? importImageSteps(options.image, target, world) : []),
      ...imports.flatMap(({ make }) => make),
      ...imports.flatMap(({ name }) => name),
      ...volumes.map(({ volume }) => forgetImport(volume)),
    ],
    notes: [
      ...(checksums === undefined
        ? [
          `"${directory}" has no manifest and no checksums, as exports of the Go lxops: archives are only read through`,
        ]
        : []),
      ...(moved
        ? [
          `the files come from a container whose root is ${manifest.root} on its host, and here it is probably ` +
          `${uid}:${gid}: where that is so, they will not belong to it`,
        ]
        : []),
      ...there.map((path) =>
        done.includes(path)
          ? `"${path}" is there from a run that was cut off, and stays as it is`
          : `what is in "${path}" is replaced`
      ),
      ...[...known].map((id) => `filesystem "${id}" of the export is not in the configuration, and left out`),
    ],
  };
}

function verifySteps(directory: string, files: readonly string[], checksums: string | undefined): Step[] {
  if (checksums === undefined) {
    return files.map((name) => run(`Read through ${directory}/${name}`, readArchive(`${directory}/${name}`)));
  }
  return [{
    title: `Verify the archives in ${directory}`,
    effect: { kind: "verify", directory, files: [MANIFEST, ...files], list: CHECKSUMS, checksums },
  }];
}

function absentText(ids: readonly string[], manifest: Manifest): string {
  const names = (list: readonly string[]) => list.map((id) => `"${id}"`).join(", ");
  const others = ids.filter((id) => manifest.filesystems.some((one) => one.id === id));
  return others.length > 0
    ? `the export has ${names(others)} as another kind of filesystem; a volume is made of a volume only`
    : `the export has no filesystem ${names(ids)}`;
}

function listed(checksums: string, name: string): boolean {
  return checksums.split("\n").some((line) => /^[0-9a-f]{64} [ *]/.test(line) && line.slice(66) === name);
}

const run = (title: string, command: ReturnType<typeof zfsFinish>, busyText?: string): Step => ({
  title,
  effect: { kind: "run", ...command, ...(busyText === undefined ? {} : { busyText }) },
});

/** Whether a run that was cut off has left something of a filesystem's import, which has not got its name. */
function isLeftOver({ kind, path, exists, unfinished }: LocatedFilesystem, world: World): boolean {
  return kind === "dataset" ? unfinished === true : !exists && world.paths.get(partialOf(path)) !== undefined;
}

function unpackDataset(filesystem: LocatedFilesystem, archive: string, world: World): VolumeImport {
  const { path, directory, exists, zfsproperties } = filesystem;
  const parent = path.slice(0, path.lastIndexOf("/"));
  const other = `${path}-lxops-import`;
  const mountpoint = `${directory}.lxops-import`;
  const destroy = run(`Destroy dataset ${other}`, zfsDestroy(other), DATASET_BUSY);
  const stale = world.datasets.has(other) ? [destroy] : [];
  if (!exists) {
    const make: Step[] = [
      ...stale,
      ...(world.datasets.has(parent) ? [] : [run(`Create dataset ${parent}`, zfsCreateParents(parent))]),
      {
        ...run(`Create dataset ${path}`, zfsCreate(path, { ...zfsproperties, ...unfinishedMark(path) })),
        makes: [{ kind: "dataset", name: path }],
      },
      run(`Unpack ${archive} into ${directory}`, unpackArchive(archive, directory)),
    ];
    return { make, name: [run(`Mark dataset ${path} as finished`, zfsFinish(path))] };
  }
  // Its snapshots stay; and nothing of it is touched before all is unpacked.
  const make: Step[] = [
    ...stale,
    {
      ...run(`Create dataset ${other}`, zfsCreate(other, { mountpoint })),
      opens: { kind: "unpacking", name: other },
      undo: destroy.effect,
    },
    run(`Unpack ${archive} into ${mountpoint}`, unpackArchive(archive, mountpoint)),
  ];
  const name: Step[] = [
    run(`Mark dataset ${path} as unfinished`, zfsSet(path, unfinishedMark(path))),
    run(`Replace what is in ${directory}`, syncDirectory(mountpoint, directory)),
    run(`Mark dataset ${path} as finished`, zfsFinish(path)),
    { ...destroy, closes: { kind: "unpacking", name: other } },
    run(`Remove ${mountpoint}`, removeEmptyDirectory(mountpoint), MOUNT_BUSY),
  ];
  return { make, name };
}

function unpackDir({ path, exists }: LocatedFilesystem, archive: string, world: World): VolumeImport {
  const partial = partialOf(path);
  const old = world.paths.get(replaced(path));
  const back = old && !exists;
  const make: Step[] = [
    ...(back
      ? [
        run(
          `Bring back ${path}, which a run that was cut off left away`,
          moveDirectory(replaced(path), path),
        ),
      ]
      : []),
    ...(old && exists ? [run(`Remove ${replaced(path)}`, removeDirectory(replaced(path)))] : []),
    ...(world.paths.get(partial)
      ? [run(`Remove the unfinished copy ${partial}`, removeDirectory(partial))]
      : []),
    run(`Make directory ${dirname(path)}`, makeParents(dirname(path))),
    {
      ...run(`Make directory ${partial}`, makePrivateDirectory(partial)),
      opens: { kind: "unpacking", name: partial },
      undo: { kind: "run", ...removeDirectory(partial) },
    },
    run(`Unpack ${archive} into ${partial}`, unpackArchive(archive, partial)),
  ];
  const name: Step[] = [
    ...(exists || back
      ? [{
        ...run(`Put ${path} away`, moveDirectory(path, replaced(path))),
        opens: { kind: "replacement" as const, name: path },
        undo: { kind: "run" as const, ...moveDirectory(replaced(path), path) },
      }]
      : []),
    {
      ...run(`Put what was unpacked in its place`, moveDirectory(partial, path)),
      closes: [{ kind: "unpacking", name: partial }, { kind: "replacement", name: path }],
      makes: [{ kind: "directory", name: path }],
    },
    ...(exists || back ? [run(`Remove what was in ${path} before`, removeDirectory(replaced(path)))] : []),
  ];
  return { make, name };
}

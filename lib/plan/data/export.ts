/**
 * Plans `export`: a manifest, an archive for each filesystem that is not transient, and last of all the checksums: a
 * directory with a manifest and without `SHA256SUMS` is not a whole export. One with neither is of the Go lxops.
 *
 * @module
 */
import { refuseElsewhere } from "../checks/moved_devices.ts";
import { LxopsError, refuse } from "../../base/errors.ts";
import type { InstanceFilesystem } from "../../instance/instance.ts";
import type { PathInfo } from "../../ports/mod.ts";
import { quote } from "../../base/shell.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import {
  makePrivateDirectory,
  makePrivateFile,
  moveFile,
  packDirectory,
  removeEmptyDirectory,
  removeFile,
} from "../commands/archive.ts";
import { directorySnapshot, partialOf } from "../commands/copy.ts";
import { checkSnapshotName, dataSet } from "../storage/selection.ts";
import { type ExportedImage, exportImageSteps, IMAGE_FILE, IMAGE_FILES, imageOf } from "./export_image.ts";
import type { LocatedFilesystem } from "../storage/kinds/kind.ts";
import { exportSteps } from "./kinds/export_volumes.ts";
import { changeOwner } from "../commands/host.ts";
import { hostRoot } from "../instance/idmap.ts";
import { standStill } from "../storage/freeze.ts";
import { NAME_THEM } from "../storage/kinds/nested_datasets.ts";
import { volumeKey } from "../storage/kinds/volumes.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";
import { DATASET_BUSY, MOUNT_BUSY, zfsClone, zfsDestroy } from "../commands/zfs.ts";

/** The file that is written last. */
export const CHECKSUMS = "SHA256SUMS";
/** The file that says what is in an export. */
export const MANIFEST = "manifest.json";
/** The layout of exports that this version writes and reads. */
export const EXPORT_FORMAT = 1;

/** What the command line asks of an export. */
export interface ExportOptions extends PlanOptions {
  /** Absolute path of the directory of the archives. */
  readonly directory: string;
  /** Export this snapshot instead of what is there now; empty: what is there. */
  readonly snapshot: string;
  readonly overwrite: boolean;
  /** Also the image of the instance. */
  readonly image: boolean;
  /** Version of lxops, for the manifest. */
  readonly version: string;
}

/** The content of `manifest.json`. */
export interface Manifest {
  readonly format: number;
  readonly lxops: string;
  readonly server: string;
  readonly instance: string;
  readonly project: string;
  readonly snapshot: string;
  /** Its fingerprint is its checksum. */
  readonly image?: ExportedImage;
  /** `UID:GID` that the instance's root has on the host that it is exported from; absent where it is not known. */
  readonly root?: string | undefined;
  readonly filesystems: readonly {
    readonly id: string;
    readonly kind: string;
    readonly path: string;
    readonly archive: string;
  }[];
}

/** Words of the manifest for the kinds of filesystems. */
const MANIFEST_KINDS: Readonly<Record<InstanceFilesystem["kind"], string>> = {
  dataset: "zfs",
  directory: "dir",
  volume: "volume",
};

/** Name of the archive of a filesystem. */
export function archiveName(id: string): string {
  return `${id}.tar.gz`;
}

/** Paths that a plan needs to know of. */
export function exportPaths(
  target: Target,
  options: Pick<ExportOptions, "directory" | "snapshot">,
): string[] {
  const { directory, snapshot } = options;
  const dirs = target.instance.filesystems.filter(({ kind }) => kind === "directory");
  return [
    directory,
    ...[CHECKSUMS, ...IMAGE_FILES].map((name) => `${directory}/${name}`),
    ...target.instance.filesystems.map(({ id }) => `${directory}/${archiveName(id)}`),
    ...(snapshot === "" ? [] : dirs.map(({ path }) => directorySnapshot(path, snapshot))),
  ];
}

/** Whether somebody may probably write in a directory; of groups, only that of the process is known. */
function mayWrite(
  { kind, uid, gid, mode }: PathInfo,
  user: { readonly uid: number; readonly gid: number },
): boolean {
  if (kind === "symlink") return true;
  if (uid === user.uid) return (mode & 0o200) !== 0;
  return (mode & 0o002) !== 0 || (mode & 0o020) !== 0 && gid !== 0 ||
    (mode & 0o020) !== 0 && gid === user.gid;
}

/** Where a dataset's snapshot is to be seen while it is packed. */
function cloneOf(path: string): string {
  return `${path}-lxops-export`;
}

/** Plans an export. */
export function planExport(target: Target, world: World, options: ExportOptions): InstancePlan {
  const { instance } = target;
  const { directory, snapshot } = options;
  if (snapshot !== "") checkSnapshotName(snapshot);
  const cannot = `Cannot export "${instance.name}"`;
  refuseElsewhere(target, world, "export");
  const there = world.paths.get(directory);
  if (there && there.kind !== "directory" && there.kind !== "symlink") {
    throw refuse(cannot, `"${directory}" is a ${there.kind}, not a directory`);
  }
  if (world.user && there && !mayWrite(there, world.user)) {
    throw refuse(cannot, `"${directory}" belongs to ${there.uid}:${there.gid}, and you may not write there`, [
      `Name a directory of your own, or give it to yourself: sudo chown ${world.user.uid}:${world.user.gid} ${
        quote(directory)
      }`,
    ]);
  }
  const data = dataSet(target, world);
  const host = [...data.zfs, ...data.dirs];
  const all = [...host, ...data.volumes];
  if (all.length === 0) {
    throw refuse(cannot, "it has no filesystem that exists and is not transient", [], "missing");
  }
  if (data.below.length > 0) {
    const names = data.below.map(({ path }) => `"${path}"`).join(", ");
    const why = `an archive has nothing of datasets that lie in another one, and there is ${names}`;
    throw refuse(cannot, why, [NAME_THEM]);
  }
  const odd = all.find(({ id }) => !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(id));
  if (odd) throw refuse(cannot, `the key "${odd.id}" of a filesystem cannot be the name of an archive`);
  const names = all.map(({ id }) => archiveName(id));
  if (options.image && all.some(({ id }) => IMAGE_FILES.some((name) => name === archiveName(id)))) {
    throw refuse(cannot, `a filesystem has the key "image", as the image has`);
  }
  const old = [CHECKSUMS, ...names].filter((name) => world.paths.get(`${directory}/${name}`));
  // Without checksums, archives are what a run that was cut off left, or of the Go lxops.
  if (old.includes(CHECKSUMS) && !options.overwrite) {
    throw refuse(
      cannot,
      `"${directory}" holds an export already`,
      ["To write over it, add --overwrite"],
      "exists",
    );
  }
  if (snapshot !== "") {
    const missing = [
      ...data.zfs.filter(({ path }) => !world.zfsSnapshots.get(path)?.some(({ name }) => name === snapshot)),
      ...data.dirs.filter(({ path }) =>
        world.paths.get(directorySnapshot(path, snapshot))?.kind !== "directory"
      ),
      ...data.volumes.filter(({ info }) => !info?.snapshots.some(({ name }) => name === snapshot)),
    ].map(({ path }) => `"${directorySnapshot(path, snapshot)}"`);
    if (missing.length > 0) throw refuse(cannot, `there is no snapshot ${missing.join(", ")}`, [], "missing");
  }
  const still = snapshot === ""
    ? standStill(
      world,
      [...host.map((one) => one.directory), ...data.volumes.map(({ ref }) => volumeKey(world, ref))],
      [refOf(instance)],
      `export "${instance.name}"`,
    )
    : { before: [], after: [] };
  const run = (title: string, argv: ReturnType<typeof removeFile>): Step => ({
    title,
    effect: { kind: "run", ...argv },
  });
  const image = options.image ? imageOf(target, world) : undefined;
  if (image instanceof LxopsError) throw image;
  const info = world.instances.get(objectKey(instance.project, instance.name));
  const root = info && hostRoot(info);
  const volumes = data.volumes.map((one) =>
    exportSteps(one, `${directory}/${archiveName(one.id)}`, snapshot, world)
  );
  const manifest: Manifest = {
    format: EXPORT_FORMAT,
    lxops: options.version,
    server: `${world.server.server} ${world.server.version}`,
    instance: instance.name,
    project: instance.project || "default",
    snapshot,
    ...(image ? { image: { file: IMAGE_FILE, fingerprint: image.fingerprint } } : {}),
    ...(root ? { root: `${root.uid}:${root.gid}` } : {}),
    filesystems: all.map(({ id, kind, path }) => ({
      id,
      kind: MANIFEST_KINDS[kind],
      path,
      archive: archiveName(id),
    })),
  };
  const steps: Step[] = [
    ...(world.paths.get(directory) ? [] : [
      run(`Make directory ${directory}`, makePrivateDirectory(directory)),
      ...(world.user ? [run(`Give ${directory} to who exports`, changeOwner([directory], world.user))] : []),
    ]),
    ...(old.includes(CHECKSUMS)
      ? [run(`Take away the checksums of the old export`, removeFile(`${directory}/${CHECKSUMS}`))]
      : []),
    {
      title: `Write ${MANIFEST}`,
      effect: {
        kind: "write",
        path: `${directory}/${MANIFEST}`,
        text: `${JSON.stringify(manifest, null, 2)}\n`,
        mode: 0o600,
      },
    },
    ...(image ? exportImageSteps(image, target, directory, world) : []),
    ...still.before,
    ...host.flatMap((one) => packSteps(one, directory, snapshot, world)),
    ...volumes.flatMap(({ make }) => make),
    ...still.after,
    ...volumes.flatMap(({ fetch }) => fetch),
    // Whoever exports wants to take it away, too.
    ...(world.user && host.length > 0
      ? [run(
        `Give the archives to who exports`,
        changeOwner(host.map(({ id }) => `${directory}/${archiveName(id)}`), world.user),
      )]
      : []),
    {
      title: `Write ${CHECKSUMS}`,
      effect: { kind: "checksum", directory, files: [...names, MANIFEST], list: CHECKSUMS },
    },
  ];
  const notes = [
    ...[...data.missing, ...data.missingVolumes].map(({ path }) =>
      `"${path}" does not exist and is left out`
    ),
    ...(still.before.length > 0
      ? ["The instance is frozen while it is packed; -snapshot packs a snapshot instead"]
      : []),
  ];
  return { instance: refOf(instance), steps, notes };
}

function packSteps(filesystem: LocatedFilesystem, directory: string, snapshot: string, world: World): Step[] {
  const { id, kind, path } = filesystem;
  const archive = `${directory}/${archiveName(id)}`;
  const pack = (from: string): Step[] => [
    {
      title: `Make ${partialOf(archive)}`,
      effect: { kind: "run", ...makePrivateFile(partialOf(archive)) },
      opens: { kind: "archive", name: archive },
      undo: { kind: "run", ...removeFile(partialOf(archive)) },
    },
    { title: `Pack ${from}`, effect: { kind: "run", ...packDirectory(from, partialOf(archive)) } },
    {
      title: `Give archive ${archive} its name`,
      effect: { kind: "run", ...moveFile(partialOf(archive), archive) },
      closes: { kind: "archive", name: archive },
    },
  ];
  if (snapshot === "") return pack(filesystem.directory);
  if (kind === "directory") return pack(directorySnapshot(path, snapshot));
  const clone = cloneOf(path);
  const mountpoint = `${directory}/${id}.mounted`;
  const destroy = { kind: "run" as const, ...zfsDestroy(clone), busyText: DATASET_BUSY };
  return [
    ...(world.datasets.has(clone)
      ? [{
        title: `Destroy dataset ${clone}, which a run that was cut off left`,
        effect: destroy,
        removes: [{ kind: "dataset" as const, name: clone }],
      }]
      : []),
    {
      title: `Clone ${path}@${snapshot} to look at it`,
      effect: {
        kind: "run",
        ...zfsClone(`${path}@${snapshot}`, clone, { mountpoint, readonly: "on" }),
      },
      opens: { kind: "clone", name: clone },
      undo: destroy,
    },
    ...pack(mountpoint),
    { title: `Destroy dataset ${clone}`, effect: destroy, closes: { kind: "clone", name: clone } },
    {
      title: `Remove ${mountpoint}`,
      effect: { kind: "run", ...removeEmptyDirectory(mountpoint), busyText: MOUNT_BUSY },
    },
  ];
}

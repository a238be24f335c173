/**
 * Plans `export`: a manifest, an archive for each filesystem that is not transient, and last the checksums. A directory
 * with a manifest and without `SHA256SUMS` is an incomplete export; one with neither was made by the Go lxops.
 *
 * @module
 */
import { LxopsError, refuse } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import type { PathInfo } from "../../ports/mod.ts";
import { run } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { refuseElsewhere } from "../checks/moved_devices.ts";
import { makePrivateDirectory, removeFile } from "../commands/archive.ts";
import { directorySnapshot } from "../commands/copy.ts";
import { changeOwner } from "../commands/host.ts";
import { hostRoot } from "../instance/idmap.ts";
import { freezeWriters } from "../storage/freeze.ts";
import { isHostKind } from "../storage/kinds/mod.ts";
import { NAME_THEM } from "../storage/kinds/nested_datasets.ts";
import { all, checkSnapshotName, select } from "../storage/selection.ts";
import { objectKey, type PlanOptions, refOf, type Target, type World } from "../world.ts";
import { type ExportedImage, exportImageSteps, IMAGE_FILE, IMAGE_FILES, imageOf } from "./export_image.ts";
import { forEach, forEachKind, HOST_DATA } from "./kinds/mod.ts";

/** The file that is written last. */
export const CHECKSUMS = "SHA256SUMS";
/** The file that lists the content of an export. */
export const MANIFEST = "manifest.json";
/** The layout of exports that this version writes and reads. */
export const EXPORT_FORMAT = 1;

/** Options of an export. */
export interface ExportOptions extends PlanOptions {
  /** Absolute path of the directory of the archives. */
  readonly directory: string;
  /** The snapshot that is exported; empty: the present content. */
  readonly snapshot: string;
  readonly overwrite: boolean;
  /** Exports also the image of the instance. */
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
  /** `UID:GID` of the instance's root on the host that it is exported from; absent where that is not known. */
  readonly root?: string | undefined;
  readonly filesystems: readonly {
    readonly id: string;
    readonly kind: string;
    readonly path: string;
    readonly archive: string;
  }[];
}

/** Returns the name of the archive of a filesystem. */
export function archiveName(id: string): string {
  return `${id}.tar.gz`;
}

/** Returns paths that a plan needs to know. */
export function exportPaths(
  target: Target,
  options: Pick<ExportOptions, "directory" | "snapshot">,
): string[] {
  const { directory, snapshot } = options;
  const { filesystems } = target.instance;
  return [
    directory,
    ...[CHECKSUMS, ...IMAGE_FILES].map((name) => `${directory}/${name}`),
    ...filesystems.map(({ id }) => `${directory}/${archiveName(id)}`),
    ...filesystems.flatMap(({ kind, path }) =>
      snapshot !== "" && isHostKind(kind) ? HOST_DATA[kind].archive.exportPaths(path, snapshot) : []
    ),
  ];
}

/** Tells whether a user may probably write in a directory; only the group of the process is known. */
function mayWrite(
  { kind, uid, gid, mode }: PathInfo,
  user: { readonly uid: number; readonly gid: number },
): boolean {
  if (kind === "symlink") return true;
  if (uid === user.uid) return (mode & 0o200) !== 0;
  return (mode & 0o002) !== 0 || (mode & 0o020) !== 0 && gid !== 0 ||
    (mode & 0o020) !== 0 && gid === user.gid;
}

/** Plans an export. */
export function planExport(target: Target, world: World, options: ExportOptions): InstancePlan {
  const { instance } = target;
  const { directory, snapshot } = options;
  if (snapshot !== "") checkSnapshotName(snapshot);
  const cannot = `Cannot export "${instance.name}"`;
  refuseElsewhere(target, world, "export");
  const entry = world.paths.get(directory);
  if (entry && entry.kind !== "directory" && entry.kind !== "symlink") {
    throw refuse(cannot, `"${directory}" is a ${entry.kind}, not a directory`);
  }
  if (world.user && entry && !mayWrite(entry, world.user)) {
    throw refuse(cannot, `"${directory}" belongs to ${entry.uid}:${entry.gid}, and you may not write there`, [
      `Name a directory of your own, or give it to yourself: sudo chown ${world.user.uid}:${world.user.gid} ${
        quote(directory)
      }`,
    ]);
  }
  const { existing, nested, missing } = select(target, world);
  const filesystems = all(existing);
  if (filesystems.length === 0) {
    throw refuse(cannot, "it has no filesystem that exists and is not transient", [], "missing");
  }
  if (nested.length > 0) {
    const names = nested.map(({ path }) => `"${path}"`).join(", ");
    const why = `an archive has nothing of datasets that lie in another one, and there is ${names}`;
    throw refuse(cannot, why, [NAME_THEM]);
  }
  const odd = filesystems.find(({ id }) => !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(id));
  if (odd) throw refuse(cannot, `the key "${odd.id}" of a filesystem cannot be the name of an archive`);
  const names = filesystems.map(({ id }) => archiveName(id));
  if (options.image && filesystems.some(({ id }) => IMAGE_FILES.some((name) => name === archiveName(id)))) {
    throw refuse(cannot, `a filesystem has the key "image", as the image has`);
  }
  const old = [CHECKSUMS, ...names].filter((name) => world.paths.get(`${directory}/${name}`));
  // Archives without checksums come from a run that was cut off, or from the Go lxops.
  if (old.includes(CHECKSUMS) && !options.overwrite) {
    throw refuse(
      cannot,
      `"${directory}" holds an export already`,
      ["To write over it, add --overwrite"],
      "exists",
    );
  }
  if (snapshot !== "") {
    const lacking = forEachKind(
      existing,
      (kind, own) =>
        own.filter((one) => !kind.snapshot.has(one, snapshot, world))
          .map(({ path }) => `"${directorySnapshot(path, snapshot)}"`),
    );
    if (lacking.length > 0) throw refuse(cannot, `there is no snapshot ${lacking.join(", ")}`, [], "missing");
  }
  const places = snapshot === "" ? forEach(existing, (kind, one) => [kind.place(one, world)]) : undefined;
  const freeze = places
    ? freezeWriters(world, places, { own: [refOf(instance)], action: `export "${instance.name}"` })
    : { before: [], after: [] };
  const image = options.image ? imageOf(target, world) : undefined;
  if (image instanceof LxopsError) throw image;
  const info = world.instances.get(objectKey(instance.project, instance.name));
  const root = info && hostRoot(info);
  const packed = forEach(existing, (kind, one) => [
    kind.archive.pack(one, { archive: `${directory}/${archiveName(one.id)}`, directory, snapshot }, world),
  ]);
  const manifest: Manifest = {
    format: EXPORT_FORMAT,
    lxops: options.version,
    server: `${world.server.server} ${world.server.version}`,
    instance: instance.name,
    project: instance.project || "default",
    snapshot,
    ...(image ? { image: { file: IMAGE_FILE, fingerprint: image.fingerprint } } : {}),
    ...(root ? { root: `${root.uid}:${root.gid}` } : {}),
    filesystems: forEach(existing, (kind, { id, path }) => [
      { id, kind: kind.archive.word, path, archive: archiveName(id) },
    ]),
  };
  const steps: Step[] = [
    ...(world.paths.get(directory) ? [] : [
      run(`Create directory ${directory}`, makePrivateDirectory(directory)),
      ...(world.user
        ? [
          run(
            `Change the owner of ${directory} to the user of this command`,
            changeOwner([directory], world.user),
          ),
        ]
        : []),
    ]),
    ...(old.includes(CHECKSUMS)
      ? [run(`Remove the checksums of the old export`, removeFile(`${directory}/${CHECKSUMS}`))]
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
    ...freeze.before,
    ...packed.flatMap(({ make }) => make),
    ...freeze.after,
    ...packed.flatMap(({ fetch }) => fetch),
    // The user must be able to move the archives.
    ...(world.user && existing.host.length > 0
      ? [run(
        `Change the owner of the archives to the user of this command`,
        changeOwner(existing.host.map(({ id }) => `${directory}/${archiveName(id)}`), world.user),
      )]
      : []),
    {
      title: `Write ${CHECKSUMS}`,
      effect: { kind: "checksum", directory, files: [...names, MANIFEST], list: CHECKSUMS },
    },
  ];
  const notes = [
    ...all(missing).map(({ path }) => `"${path}" does not exist and is left out`),
    ...(freeze.before.length > 0
      ? ["The instance is frozen while it is packed; --snapshot packs a snapshot instead"]
      : []),
  ];
  return { instance: refOf(instance), steps, notes };
}

/**
 * Plans `import`: filesystems are created from the archives of an export, which are verified before anything changes.
 *
 * A directory is unpacked beside its place and renamed; a dataset is marked as unfinished until it is complete. So an
 * interrupted run is recognized by its leftovers, and the same command starts again with them.
 *
 * @module
 */
import { ConfigError, refuse } from "../../base/errors.ts";
import { run } from "../../step/build.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { refuseElsewhere } from "../checks/moved_devices.ts";
import { readArchive } from "../commands/archive.ts";
import { deviceOwner } from "../instance/idmap.ts";
import { otherDaemonWriters, writers } from "../storage/freeze.ts";
import { DAEMON_KINDS, isHostKind } from "../storage/kinds/mod.ts";
import { volumesOf } from "../storage/kinds/volumes.ts";
import { coveredDirectories, locate } from "../storage/layout.ts";
import { all, type Filesystems } from "../storage/selection.ts";
import { named, type PlanOptions, refOf, type Target, type World } from "../world.ts";
import { CHECKSUMS, EXPORT_FORMAT, MANIFEST, type Manifest } from "./export.ts";
import { type ImageImport, importImageSteps } from "./export_image.ts";
import { forEach, HOST_DATA } from "./kinds/mod.ts";

/** Options of an import. */
export interface ImportOptions extends PlanOptions {
  readonly directory: string;
  readonly manifest: Manifest;
  /** Text of `SHA256SUMS`; absent in an export of the Go lxops, which has no manifest either. */
  readonly checksums?: string;
  /** The image that is imported, too. */
  readonly image?: ImageImport;
  readonly overwrite: boolean;
}

/** Returns paths that a plan needs to know. */
export function importPaths(target: Target): readonly string[] {
  return target.instance.filesystems.flatMap(({ kind, path }) =>
    isHostKind(kind) ? HOST_DATA[kind].archive.importPaths(path) : []
  );
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
  const wanted: Filesystems = {
    host: locate(target, world.datasets, world.paths).filesystems.filter((one) => !one.transient),
    daemon: volumesOf(target, world).filter((one) => !one.transient),
  };
  const issues = forEach(wanted, (kind, one) => kind.archive.issues(one, target, world));
  if (issues.length > 0) throw new ConfigError(issues);
  const archives = archivesOf(wanted, manifest);
  const absent = all(wanted).map(({ id }) => id).filter((id) => !archives.has(id));
  if (absent.length > 0) throw refuse(cannot, absentText(absent, manifest), [], "missing");
  if (archives.size === 0) {
    throw refuse(cannot, "its configuration has no filesystem that is not transient", [], "missing");
  }
  const covered = coveredDirectories(target, wanted.host, world);
  if (covered.length > 0) throw new ConfigError(covered);
  const files = all(wanted).map(({ id }) => archives.get(id)!);
  const unlisted = files.find((name) =>
    !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) || checksums !== undefined && !listed(checksums, name)
  );
  if (unlisted !== undefined) throw refuse(cannot, `${CHECKSUMS} does not list "${unlisted}"`);
  const existing = forEach(wanted, (kind, one) => kind.archive.isComplete(one) ? [one.path] : []);
  // An interrupted run gave names to some filesystems and not to others: those with their names are complete.
  const isLeft = forEach(wanted, (kind, one) => [kind.archive.isLeft(one, world)]).includes(true);
  const done = !options.overwrite && isLeft ? existing : [];
  if (existing.length > 0 && !options.overwrite && !isLeft) {
    const names = existing.map((path) => `"${path}"`).join(", ");
    throw refuse(cannot, `${names} exist${existing.length === 1 ? "s" : ""}`, [
      "To replace all contents by those of the archives, add --overwrite",
    ], "exists");
  }
  const directories = wanted.host.map((one) => one.directory);
  const busy = [...writers(world, directories), ...otherDaemonWriters(world, directories)];
  if (busy.length > 0) {
    throw refuse(
      cannot,
      `instance ${busy.map((info) => named(info, instance.project)).join(", ")} runs with its devices`,
    );
  }
  const left: Filesystems = {
    host: wanted.host.filter(({ path }) => !done.includes(path)),
    daemon: wanted.daemon.filter(({ path }) => !done.includes(path)),
  };
  const problems = forEach(left, (kind, one) => kind.archive.problems(one));
  if (problems.length > 0) throw refuse(cannot, problems.join(", "));
  const imports = forEach(left, (kind, one) => [
    kind.archive.unpack(one, `${directory}/${archives.get(one.id)}`, target, world),
  ]);
  return {
    instance: refOf(instance),
    steps: [
      ...verifySteps(directory, files, checksums),
      ...(options.image ? importImageSteps(options.image, target, world) : []),
      ...imports.flatMap(({ make }) => make),
      ...imports.flatMap(({ name }) => name),
      ...forEach(wanted, (kind, one) => kind.archive.finish(one)),
    ],
    notes: [
      ...(checksums === undefined
        ? [
          `"${directory}" has no manifest and no checksums, as exports of the Go lxops: archives are only read through`,
        ]
        : []),
      ...ownerNotes(target, wanted, world, manifest),
      ...existing.map((path) =>
        done.includes(path)
          ? `"${path}" exists from an interrupted run, and is left alone`
          : `the contents of "${path}" are replaced`
      ),
      ...manifest.filesystems.filter(({ id }) => !archives.has(id)).map(({ id }) =>
        `filesystem "${id}" of the export is not in the configuration, and left out`
      ),
    ],
  };
}

/** Returns the archives of filesystems by key: only the daemon can unpack what it packed. */
function archivesOf({ host, daemon }: Filesystems, manifest: Manifest): ReadonlyMap<string, string> {
  const isOfDaemon = ({ kind }: { readonly kind: string }) => Object.hasOwn(DAEMON_KINDS, kind);
  const find = (ids: readonly { readonly id: string }[], isWanted: (kind: boolean) => boolean) =>
    ids.flatMap(({ id }) => {
      const found = manifest.filesystems.find((one) => one.id === id && isWanted(isOfDaemon(one)));
      return found ? [[id, found.archive] as const] : [];
    });
  return new Map([...find(host, (ofDaemon) => !ofDaemon), ...find(daemon, (ofDaemon) => ofDaemon)]);
}

/** Notes that the files will belong to another user, where the container's root had other ids on its host. */
function ownerNotes(target: Target, { host }: Filesystems, world: World, { root }: Manifest): string[] {
  const { uid, gid } = deviceOwner(target, world, {}, target.instance.config.type === "virtual-machine");
  if (host.length === 0 || root === undefined || root === `${uid}:${gid}`) return [];
  return [
    `the files come from a container whose root is ${root} on its host, and here it is probably ` +
    `${uid}:${gid}: where that is so, they will not belong to it`,
  ];
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
    : `the export has no filesystem ${names(ids)}; it has ${
      names(manifest.filesystems.map(({ id }) => id)) || "none"
    }, of instance "${manifest.instance}"`;
}

function listed(checksums: string, name: string): boolean {
  return checksums.split("\n").some((line) => /^[0-9a-f]{64} [ *]/.test(line) && line.slice(66) === name);
}

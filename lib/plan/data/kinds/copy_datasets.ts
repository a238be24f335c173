/**
 * Plans copies of datasets: a whole snapshot where the other end has nothing, otherwise the changes since the newest
 * snapshot that both have. Snapshots are compared by number (guid), not by name.
 *
 * @module
 */
import type { GuidSnapshot } from "../../../ports/machine.ts";
import type { Command } from "../../../ports/mod.ts";
import { run } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import { type Copy, type CopyPart, onSide, type Pair, sideStep } from "./copy_sides.ts";
import type { CopyOperations } from "./kind.ts";
import { zfsForgetRest, zfsReceive, zfsSend, zfsSendRest } from "../../commands/streams.ts";
import {
  DATASET_BUSY,
  zfsCreateParents,
  zfsMount,
  zfsRollback,
  zfsSet,
  zfsSnapshot,
} from "../../commands/zfs.ts";

/** Properties that can be set only when a dataset is created. */
const FIXED: readonly string[] = [
  "casesensitivity",
  "normalization",
  "utf8only",
  "encryption",
  "keyformat",
  "pbkdf2iters",
];

/** Operations that copy datasets between machines. */
export const copyOfDatasets: CopyOperations = {
  isThere: (path, { datasets }) => datasets.has(path),
  hasSnapshot: (path, snapshot, { snapshots }) =>
    snapshots.get(path)?.some(({ name }) => name === snapshot) ?? false,
  paths: () => ({ from: [], to: [] }),
  unfit(path, { machine, where }, isSource) {
    const dataset = machine.datasets.get(path);
    if (dataset?.volume) return `Dataset "${path}"${where} is a volume, not a filesystem`;
    return isSource && dataset?.unfinished
      ? `Dataset "${path}"${where} is not finished: an earlier run was cut off`
      : undefined;
  },
  snapshot: (snapshots, { zfsTakesSeveral }) =>
    snapshots.length === 1 || zfsTakesSeveral ? zfsSnapshot(snapshots) : undefined,
  copy: copyDatasets,
};

/** Plans the copies of datasets, those that contain others first. */
function copyDatasets(pairs: readonly Pair[], copy: Copy): CopyPart {
  const parts: CopyPart[] = [];
  const made = new Set<string>();
  for (const pair of pairs) {
    parts.push(copyDataset(pair, copy, made));
    made.add(pair.to.path);
  }
  return {
    steps: parts.flatMap(({ steps }) => steps),
    notes: parts.flatMap(({ notes }) => notes),
    refusals: parts.flatMap(({ refusals }) => refusals),
  };
}

/** Steps that prepare the other end for a stream that starts at `since`, a snapshot that both have. */
interface Ready {
  readonly steps: readonly Step[];
  readonly since?: GuidSnapshot;
  readonly isNew: boolean;
  readonly note?: string;
}

function copyDataset(pair: Pair, copy: Copy, made: Set<string>): CopyPart {
  const { from, to, snapshot, take } = copy;
  const source = `${pair.from.path}@${snapshot}`;
  const { path } = pair.to;
  const list = from.machine.snapshots.get(pair.from.path) ?? [];
  const wanted = take ? undefined : list.find(({ name }) => name === snapshot);
  const upTo = wanted ? list.slice(0, list.indexOf(wanted) + 1) : list;
  const ready = makeReady(pair, copy, upTo, wanted);
  if (typeof ready === "string") return { steps: [], notes: [], refusals: [ready] };
  const { since, isNew, note } = ready;
  const dataset = to.machine.datasets.get(path);
  const unmounted = dataset && !dataset.mounted && dataset.mountpoint.startsWith("/");
  const parent = path.slice(0, path.lastIndexOf("/"));
  const needsParent = isNew && !to.machine.datasets.has(parent) && !made.has(parent);
  made.add(parent);
  const resumable = to.machine.zfsResumes;
  return {
    steps: [
      ...(needsParent ? [sideStep(to, `Create dataset ${parent}`, zfsCreateParents(parent))] : []),
      ...ready.steps,
      ...(wanted && since?.guid === wanted.guid ? [] : [
        streamStep(
          `${since ? `Send what changed since ${since.name} to` : "Send"} ${source} to ${path}${to.where}`,
          {
            send: onSide(from, zfsSend(source, since && `${pair.from.path}@${since.name}`)),
            receive: onSide(to, zfsReceive(path, { mount: !isNew && !unmounted, resumable })),
            counts: source,
          },
          isNew || copy.overwrite ? [] : [
            `Where zfs says that "${path}" was modified, --overwrite puts it back to ${since?.name} first: what was written since is lost`,
          ],
        ),
      ]),
      ...(isNew || unmounted ? finish(pair, copy) : []),
    ],
    notes: note === undefined ? [] : [note],
    refusals: [],
  };
}

/** A stream from one end to the other. */
interface Stream {
  readonly send: Command;
  readonly receive: Command;
  /** The snapshot that is sent, for progress. */
  readonly counts: string;
}

function streamStep(
  title: string,
  { send, receive, counts }: Stream,
  advice: readonly string[] = [],
): Step {
  return run(title, { ...send, pipe: receive }, {
    busyText: DATASET_BUSY,
    counts,
    ...(advice.length > 0 ? { advice } : {}),
  });
}

/** Prepares the other end, or returns the reason why nothing may be sent to it. */
function makeReady(
  { from: { path: source }, to: { path } }: Pair,
  { from, to, overwrite }: Copy,
  upTo: readonly GuidSnapshot[],
  wanted: GuidSnapshot | undefined,
): Ready | string {
  const theirs = to.machine.snapshots.get(path) ?? [];
  const token = to.machine.tokens.get(path);
  const isNew = !to.machine.datasets.has(path) || token !== undefined && theirs.length === 0;
  const cutOff = token && upTo.find(({ guid }) => guid === token.guid);
  if (cutOff && from.machine.zfsResumes) {
    const rest = onSide(from, zfsSendRest(token.token));
    const receive = onSide(
      to,
      zfsReceive(path, { mount: !isNew && to.machine.datasets.get(path)!.mounted, resumable: true }),
    );
    const counts = `${source}@${cutOff.name}`;
    const title = `Resume sending ${counts} to ${path}${to.where}`;
    return { steps: [streamStep(title, { send: rest, receive, counts })], since: cutOff, isNew };
  }
  const forget = token
    ? [sideStep(to, `Discard the incomplete stream into ${path}`, zfsForgetRest(path))]
    : [];
  if (isNew) return { steps: forget, isNew };
  const since = upTo.findLast(({ guid }) => theirs.some((one) => one.guid === guid));
  if (!since) {
    return `"${path}"${to.where} exists and has no snapshot in common with "${source}"${from.where}, so that it cannot ` +
      "be brought up to date; rename or destroy it yourself";
  }
  const at = theirs.findIndex(({ guid }) => guid === since.guid);
  const base = `${path}@${theirs[at]!.name}`;
  const newer = theirs.slice(at + 1).map(({ name }) => `"${name}"`).join(", ");
  const written = to.machine.written.get(path) ?? false;
  const isThere = wanted?.guid === since.guid;
  const ahead = newer ? `snapshots ${newer}, which are newer than "${base}"` : `changes since "${base}"`;
  if (overwrite) {
    const back = sideStep(to, `Restore ${path} to ${base}`, zfsRollback(base, true), {
      busyText: DATASET_BUSY,
    });
    return {
      steps: [...forget, back],
      since,
      isNew,
      ...(newer || written ? { note: `"${path}"${to.where} loses ${ahead}` } : {}),
    };
  }
  if ((newer || written) && !isThere) return `"${path}"${to.where} has ${ahead}`;
  return {
    steps: forget,
    since,
    isNew,
    ...(isThere
      ? { note: `"${path}"${to.where} has the snapshot already${newer || written ? `, and ${ahead}` : ""}` }
      : {}),
  };
}

/** Plans the properties and the mount of a dataset that was received; a mounted dataset needs neither. */
function finish({ to: { path, zfsproperties } }: Pair, { to }: Copy): Step[] {
  const own = Object.entries(zfsproperties).filter(([name]) => !FIXED.includes(name));
  const { canmount, mountpoint } = zfsproperties;
  let parent = path.slice(0, path.lastIndexOf("/"));
  while (parent.includes("/") && !to.machine.datasets.has(parent)) {
    parent = parent.slice(0, parent.lastIndexOf("/"));
  }
  // zfs itself mounts a dataset that is given its first directory.
  const inherited = to.machine.datasets.get(parent)?.mountpoint ?? "";
  const mounts = mountpoint?.startsWith("/") && !inherited.startsWith("/");
  return [
    ...(own.length > 0
      ? [sideStep(to, `Set properties of ${path}`, zfsSet(path, Object.fromEntries(own)))]
      : []),
    ...(canmount === "off" || canmount === "noauto" || mounts
      ? []
      : [sideStep(to, `Mount ${path}`, zfsMount(path))]),
  ];
}

/**
 * Obstacles to commands that change files of the host: a table of each command and each kind, which
 * `tree_matrix_test.ts` tries on real daemons.
 */
import { places } from "../support/daemon.ts";

/** Kinds of obstacles in a directory of an instance, or in its place. */
export const KINDS = ["bind", "tmpfs", "dataset", "device", "link", "fifo", "full", "readonly"] as const;

/** A kind of obstacle. */
export type Kind = typeof KINDS[number];

/** `refused`: before anything changes, by name and with a cure; `works`; `fails`: only then, and nothing is lost. */
export type End = "refused" | "works" | "fails";

/** The names and paths of a trial. */
export interface Ground {
  readonly name: string;
  readonly out: string;
  /** The filesystem's directory. */
  readonly tree: string;
}

/** A command that changes files of the host. */
export interface Row {
  readonly args: (ground: Ground) => readonly string[];
  readonly ends: Readonly<Record<Kind, End>>;
  /** The directory itself is gone afterwards, as it should be. */
  readonly takes?: true;
}

const file = "t.yaml";
const MOUNTS = { bind: "refused", tmpfs: "refused", dataset: "refused" } as const;
const LEFT_OUT = { bind: "works", tmpfs: "works", dataset: "works" } as const;
/** The directory of a device is none. */
const NO_DIRECTORY = { link: "refused", fifo: "refused" } as const;
const COPIED = { link: "works", fifo: "works" } as const;

/** Rows of commands that work on directories of the host. */
export const ROWS: Readonly<Record<string, Row>> = {
  launch: {
    // A new instance whose directories are copies of those in whose way something is.
    args: ({ name }) => ["launch", "-name", `${name}n`, "-P", `from=${name}`, "template.yaml"],
    ends: { ...MOUNTS, device: "works", ...NO_DIRECTORY, full: "fails", readonly: "refused" },
  },
  "create-devices": {
    args: ({ name }) => ["create-devices", "-name", name, "more.yaml"],
    ends: { ...LEFT_OUT, device: "works", ...NO_DIRECTORY, full: "works", readonly: "fails" },
  },
  extract: {
    args: ({ name }) => ["extract", "-name", name, file],
    ends: { ...LEFT_OUT, device: "works", ...NO_DIRECTORY, full: "works", readonly: "works" },
  },
  destroy: {
    args: ({ name }) => ["destroy", "-y", "-name", name, file],
    ends: { ...MOUNTS, device: "refused", ...COPIED, full: "works", readonly: "refused" },
    takes: true,
  },
  snapshot: {
    args: ({ name }) => ["snapshot", "-s", "s2", "-name", name, file],
    ends: { ...LEFT_OUT, device: "works", ...COPIED, full: "fails", readonly: "refused" },
  },
  rollback: {
    args: ({ name }) => ["rollback", "-s", "s1", "-name", name, file],
    ends: { ...MOUNTS, device: "works", ...COPIED, full: "fails", readonly: "refused" },
  },
  export: {
    args: ({ name, out }) => ["export", "-d", `${out}-${name}`, "-name", name, file],
    ends: { ...MOUNTS, device: "works", ...COPIED, full: "works", readonly: "works" },
  },
  import: {
    args: ({ name, out }) => ["import", "--overwrite", "-d", out, "-name", name, file],
    ends: { ...MOUNTS, device: "works", ...COPIED, full: "fails", readonly: "refused" },
  },
  "copy-filesystems": {
    args: ({ name }) => ["copy-filesystems", "-from-container", name, "-container", `${name}c`, file],
    ends: { ...LEFT_OUT, device: "works", ...COPIED, full: "fails", readonly: "refused" },
  },
  shiftids: {
    args: ({ tree }) => ["shiftids", "-u", "1000000", "-g", "1000000", tree],
    ends: { ...MOUNTS, device: "works", ...COPIED, full: "works", readonly: "refused" },
  },
};

const ONLY_DAEMON = "it leaves directories of the host alone";
const OWN_FILE = "it writes files that it is given the names of, each by itself";
const GUEST = "it works in an instance, through the daemon";

/** Commands that change something, and no directory of the host with what is in it, with the reason. */
export const OTHERS: Readonly<Record<string, string>> = {
  rename: "it needs an instance; trees_test.ts has it",
  up: "it is launch, rebuild, profile apply and configure",
  rebuild: "it makes nothing in a filesystem that is there; trees_test.ts has it",
  configure: GUEST,
  init: "it writes new files of its own only, and replaces none; init_test.ts has it",
  adopt: "it writes new files of its own only, as init; adopt_test.ts has it",
  "rehearse rebuild": "it removes copies that it has made itself; rehearse_test.ts has it",
  "rehearse up": "it removes copies that it has made itself; rehearse_test.ts has it",
  "rehearse clean": "it removes copies that a rehearsal has made; rehearse_test.ts has it",
  delete: ONLY_DAEMON,
  down: "with --destroy it is destroy, and else delete",
  start: ONLY_DAEMON,
  stop: ONLY_DAEMON,
  restart: ONLY_DAEMON,
  kill: ONLY_DAEMON,
  pause: ONLY_DAEMON,
  unpause: ONLY_DAEMON,
  create: ONLY_DAEMON,
  run: ONLY_DAEMON,
  exec: GUEST,
  top: GUEST,
  cp: "it writes a new file or directory; everyday_test.ts has it",
  shell: GUEST,
  "create-profile": ONLY_DAEMON,
  prune: ONLY_DAEMON,
  publish: ONLY_DAEMON,
  query: ONLY_DAEMON,
  doctor: "with --fix it changes modes of files of lxops, and what dead runs left; doctor_test.ts has it",
  cloudconfig: GUEST,
};

/** Groups of commands of which the same holds, by the word that they begin with. */
export const GROUPS: Readonly<Record<string, string>> = {
  config: OWN_FILE,
  property: OWN_FILE,
  cloudconfig: GUEST,
  file: GUEST,
  image: "it moves and builds images, between the daemon and files of their own",
  volume: "it moves volumes between the daemon and files of their own",
  pool: ONLY_DAEMON,
  profile: ONLY_DAEMON,
  project: ONLY_DAEMON,
  ci: "it works in throw-away instances",
  remote: OWN_FILE,
  instance: GUEST,
};

/** The configuration of a directory, with a device in it. */
export function config(place: string, more = ""): string {
  return `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  data: {pattern: ${place}/(instance), destroy: true}
devices:
  db: {path: /srv/db, filesystem: data}
${more}`;
}

/** Returns the directory of the matrix. */
export function base(id: string): string {
  return `${places.directory}/${id}`;
}

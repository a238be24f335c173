/**
 * The site of a row of the table: a daemon of a bed, a work directory and names that no other row has, and runs of
 * lxops there.
 *
 * @module
 */
import { ServerError } from "../../lib/base/errors.ts";
import type { DaemonKind, Place } from "../../scripts/testbed/place.ts";
import { connect } from "../../scripts/testbed/rest.ts";

/** The result of a run of lxops. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A kind of filesystem; "small pool" is a volume whose pool also has the root filesystem. */
export type Kind = "directory" | "dataset" | "volume" | "small pool";

/** The site of one row. */
export interface Site {
  readonly kind: Kind;
  readonly daemon: DaemonKind;
  readonly socket: string;
  readonly place: Place;
  /** The command of lxops. */
  readonly argv: readonly string[];
  /** Prefix of all names. */
  readonly id: string;
  /** Work directory. */
  readonly dir: string;
}

/** Tells whether an object of a daemon belongs to a row: by its name, or as the instance of an image's build. */
export function isOf(
  { id, dir }: Pick<Site, "id" | "dir">,
  { name, config }: { readonly name: string; readonly config?: Readonly<Record<string, string>> },
): boolean {
  return name.includes(id) || (config?.["user.lxops.config"]?.startsWith(`${dir}/`) ?? false);
}

/** Options of a run of lxops. */
export interface RunOptions {
  /** Socket instead of the daemon's own. */
  readonly socket?: string;
  /** Directory that replaces the first one in which lxops looks for programs. */
  readonly programs?: string;
  /** Command in place of the site's own. */
  readonly argv?: readonly string[];
  /** Receives text of stderr as soon as lxops writes it. */
  readonly progress?: (text: string) => void;
  /** Receives the process as soon as it runs. */
  readonly started?: (child: Deno.ChildProcess) => void;
}

/** Returns the directory of the pool that can be filled. */
export function smallDir({ place, daemon }: Pick<Site, "place" | "daemon">): string {
  return `${place.shared}/small-${daemon}`;
}

/** Returns the storage pools that rows use. */
export function poolsOf({ kind }: Site): readonly string[] {
  return kind === "small pool" ? ["default", "small"] : ["default"];
}

/** Returns the directory of a storage pool. */
export function directoryOf(site: Site, pool: string): string {
  return pool === "small" ? smallDir(site) : `${site.place.dir}/${site.daemon}/d/storage-pools/${pool}`;
}

/** Shell commands that mount the programs for this run only. Mounts of lxops itself stay visible to all. */
const SETUP = 'mount --make-private "$(findmnt -n -o TARGET -T /usr/local/sbin)" && ' +
  'mount --bind "$0" /usr/local/sbin && exec "$@"';

/** Time limit of a run of lxops. */
const LIMIT_MS = 120_000;

/** Runs lxops in a process group of its own. */
export async function lxops(site: Site, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { programs, socket = site.socket, argv = site.argv } = options;
  const within = programs === undefined
    ? []
    : ["unshare", "--mount", "--propagation", "unchanged", "--", "sh", "-c", SETUP, programs];
  const child = new Deno.Command("setsid", {
    args: [...within, ...argv, ...args],
    cwd: site.dir,
    clearEnv: true,
    env: {
      HOME: site.dir,
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
      [site.daemon === "lxd" ? "LXD_SOCKET" : "INCUS_SOCKET"]: socket,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  options.started?.(child);
  const limit = setTimeout(() => killGroup(child), LIMIT_MS);
  const [{ code }, stdout, stderr] = await Promise.all([
    child.status,
    textOf(child.stdout),
    textOf(child.stderr, options.progress),
  ]);
  clearTimeout(limit);
  return { code, stdout, stderr };
}

async function textOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onText?: (text: string) => void,
): Promise<string> {
  let all = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    all += text;
    onText?.(text);
  }
  return all;
}

/** Kills a run and its programs with SIGKILL. */
export function killGroup(child: Deno.ChildProcess): void {
  try {
    // The id of a group is that of its first process.
    Deno.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Runs lxops, and throws if it fails. */
export async function mustRun(site: Site, args: readonly string[]): Promise<string> {
  let outcome = await lxops(site, args);
  // zfs-fuse may keep a dataset busy for longer than lxops waits.
  for (let i = 0; i < 5 && outcome.code !== 0 && /busy/.test(outcome.stderr); i++) {
    outcome = await lxops(site, args);
  }
  if (outcome.code !== 0) throw new Error(`lxops ${args.join(" ")}: ${outcome.code}\n${outcome.stderr}`);
  return outcome.stdout;
}

/** Runs a shell script of the test itself. */
export async function sh(script: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-euc", script],
    env: { LC_ALL: "C" },
  }).output();
  const text = new TextDecoder();
  if (code !== 0) throw new Error(`${script}\n${text.decode(stdout)}${text.decode(stderr)}`);
  return text.decode(stdout);
}

/** Sends a request to the daemon directly; returns `undefined` where the daemon refuses it. */
// deno-lint-ignore no-explicit-any
export async function ask(site: Site, method: string, path: string, body?: unknown): Promise<any> {
  using rest = connect(site.socket, 60_000);
  try {
    return await rest.send(method, path, body);
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}

/**
 * Returns the paths of a daemon's networks and access lists of rehearsals. These have no name of the row, and a daemon has
 * one row at a time.
 */
export async function rehearsed(site: Site): Promise<string[]> {
  const found = await Promise.all(["networks", "network-acls"].map(async (list) => {
    const all: { name: string; managed?: boolean }[] = await ask(site, "GET", `/1.0/${list}?recursion=1`) ??
      [];
    // Interfaces of the machine are listed, too, and other daemons' networks are among them.
    return all.filter(({ name, managed = true }) => managed && /^lxr[0-9a-f]{6}$/.test(name))
      .map(({ name }) => `/1.0/${list}/${name}`);
  }));
  return found.flat();
}

/**
 * Real daemons and the built binaries, for end-to-end tests. They come from the environment that
 * `scripts/test` or `deno task testbed env` makes; without it these tests are skipped.
 */
import { isBeside } from "./beside.ts";
import { assertEquals } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import { connect } from "../../../scripts/testbed/rest.ts";
import { datasetsIn, zfsDestroy } from "./datasets.ts";
import { runInside } from "./inside.ts";
import { hasKernelZfs, installed } from "./machine.ts";
import { isWhole, sample } from "../../support/sample.ts";

/** A daemon to test against. */
export interface Daemon {
  readonly title: "Incus" | "LXD";
  /** Its name in tests, where there are two of its kind. */
  readonly label?: string;
  /** The command of lxops: the built binary, or the program from source. */
  readonly argv: readonly string[];
  readonly socket: string | undefined;
}

/** The result of a run of lxops. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const env = (name: string) => Deno.env.get(name) || undefined;

/** Both daemons. */
export const daemons: readonly Daemon[] = [
  { title: "Incus", argv: program("INCUS", "incus"), socket: env("INCUS_SOCKET") },
  { title: "LXD", argv: program("LXD", "lxd"), socket: env("LXD_SOCKET") },
];

/** A later Incus than the usual one, where the environment names one. */
export const later: Daemon = {
  title: "Incus",
  label: "Incus 7",
  argv: program("INCUS", "incus"),
  socket: env("LXOPS_TEST_INCUS7_SOCKET"),
};

function program(name: string, file: string): string[] {
  const binary = env(`LXOPS_TEST_BIN_${name}`);
  if (binary) return [binary];
  const source = new URL(`../../../backends/${file}.ts`, import.meta.url).pathname;
  return [Deno.execPath(), "run", "-A", "-q", source];
}

/** A directory that containers can reach, a ZFS pool, a test bed, and a program that shows which programs run. */
export const places = {
  directory: env("LXOPS_TEST_DIR"),
  pool: env("LXOPS_TEST_ZFS"),
  bed: env("LXOPS_TESTBED_DIR"),
  strace: installed("/usr/bin/strace"),
  "built programs": env("LXOPS_TEST_BIN_INCUS") && env("LXOPS_TEST_BIN_LXD"),
  mksquashfs: installed("/usr/bin/mksquashfs"),
  zsh: installed("/usr/bin/zsh"),
  fish: installed("/usr/bin/fish"),
  root: Deno.uid() === 0,
  "second daemon": env("INCUS_SOCKET") && env("LXD_SOCKET"),
  /** The programs of a second host; a kernel with ZFS has only one set of pools for all hosts. */
  "second host":
    ["/usr/sbin/zfs-fuse", "/usr/sbin/sshd", "/usr/bin/ssh", "/usr/bin/rsync", "/usr/bin/unshare"]
      .every(installed) && !hasKernelZfs(),
};

const UNPROTECTED = { "security.protection.delete": "false" };

/** Returns the variable by which a program finds a daemon. */
export function socketVariable({ title, socket }: Daemon): Record<string, string> {
  return { [title === "Incus" ? "INCUS_SOCKET" : "LXD_SOCKET"]: socket! };
}

/** The surroundings of one test on one daemon: a work directory, and names that no other test has. */
export class Ground {
  readonly daemon: Daemon;
  /** Prefix of every name. */
  readonly id: string;
  /** Work directory with the configuration files. */
  readonly dir: string;
  /** The number of daemons that run the test. */
  readonly shares: number;
  readonly #started: string[] = [];

  constructor(daemon: Daemon, id: string, dir: string, shares = 1) {
    this.daemon = daemon;
    this.shares = shares;
    this.id = id;
    this.dir = dir;
  }

  /** Returns a name for an instance that is removed when the test ends. */
  name(suffix = ""): string {
    const name = `${this.id}${suffix}`;
    if (!this.#started.includes(name)) this.#started.push(name);
    return name;
  }

  /** Registers an instance name for removal when the test ends; fails where there is such an instance already. */
  async claim(name: string): Promise<void> {
    assertEquals(await this.get(`/1.0/instances/${name}`), undefined, `there is an instance "${name}"`);
    this.#started.push(name);
  }

  /** Runs lxops in the work directory. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const [command, ...first] = [...options.argv ?? this.daemon.argv] as [string, ...string[]];
    const child = new Deno.Command(command, {
      args: [...first, ...args],
      cwd: this.dir,
      clearEnv: true,
      env: {
        HOME: this.dir,
        PATH: options.path ?? "/usr/sbin:/usr/bin:/sbin:/bin",
        ...socketVariable(this.daemon),
        DENO_DIR: env("DENO_DIR") ?? `${env("HOME")}/.cache/deno`,
        ...options.env,
      },
      stdin: options.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    if (options.stdin !== undefined) {
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(options.stdin));
      await writer.close();
    }
    options.interrupt?.finally(() => child.kill("SIGINT"));
    const { killAfterMs } = options;
    const timer = killAfterMs !== undefined ? setTimeout(() => child.kill("SIGINT"), killAfterMs) : undefined;
    const output = await child.output();
    clearTimeout(timer);
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
  }

  /** Runs lxops and fails the test unless it ends well. */
  async ok(args: readonly string[], options: RunOptions = {}): Promise<string> {
    let outcome = await this.run(args, options);
    // zfs-fuse holds a dataset while a container that started meanwhile, on any bed, sees its mount: for longer than
    // lxops tries. The message says that the same command continues.
    const isHeld = () =>
      (args[0] === "destroy" || args[0] === "export") && outcome.code === 5 &&
      outcome.stderr.includes("dataset is busy");
    const end = performance.now() + 60_000;
    while (isHeld() && performance.now() < end) outcome = await this.run(args, options);
    assertEquals(outcome.code, 0, `lxops ${args.join(" ")}\n${outcome.stderr}\n${outcome.stdout}`);
    return outcome.stdout;
  }

  /** Runs a shell command in an instance and returns what it prints. */
  async inside(name: string, script: string): Promise<string> {
    const { code, stdout, stderr } = await runInside(this.daemon.socket!, name, script);
    assertEquals(code, 0, `${script}\n${stderr}\n${stdout}`);
    return stdout.trimEnd();
  }

  /** Returns an object of the API, or `undefined` where there is none. */
  // deno-lint-ignore no-explicit-any
  async get(path: string): Promise<any> {
    return await this.#request("GET", path);
  }

  /** Sends a request by itself: a program for each would take most of a test's processor time. */
  async #request(method: string, path: string, body?: unknown): Promise<unknown> {
    using rest = connect(this.daemon.socket!);
    try {
      return await rest.send(method, path, body);
    } catch (error) {
      if (error instanceof ServerError) return undefined;
      throw error;
    }
  }

  /** Returns the names of the instances that rebuilds left beside one. */
  async beside(name: string): Promise<readonly string[]> {
    return (await this.#names("/1.0/instances")).filter((one) => isBeside(one, name));
  }

  /** Changes an object of the API. */
  async patch(path: string, body: unknown): Promise<void> {
    using rest = connect(this.daemon.socket!);
    await rest.send("PATCH", path, body);
  }

  /** Returns the names of the objects of a kind. */
  async #names(path: string): Promise<readonly string[]> {
    const paths: readonly string[] = await this.get(path) ?? [];
    return paths.map((one) => decodeURIComponent(one.slice(one.lastIndexOf("/") + 1)));
  }

  async write(file: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.dir}/${file}`, text);
  }

  /** Removes everything that the test created, whatever its state. */
  async close(): Promise<void> {
    const [instances, profiles, datasets] = await Promise.all([
      this.#names("/1.0/instances"),
      this.#names("/1.0/profiles"),
      datasetsIn(places.pool),
    ]);
    for (const name of this.#started) {
      for (const one of instances.filter((one) => one === name || isBeside(one, name))) {
        await this.#request("PUT", `/1.0/instances/${one}/state`, { action: "stop", force: true });
        await this.#request("PATCH", `/1.0/instances/${one}`, { config: UNPROTECTED });
        await this.#request("DELETE", `/1.0/instances/${one}`);
      }
      const profile = `${name}.lxops`;
      if (profiles.includes(profile)) await this.#request("DELETE", `/1.0/profiles/${profile}`);
      const dataset = `${places.pool}/${name}`;
      if (datasets.includes(dataset)) await zfsDestroy(dataset);
    }
    if (places.directory) {
      await Deno.remove(`${places.directory}/${this.id}`, { recursive: true }).catch(() => {});
    }
    await Deno.remove(this.dir, { recursive: true });
  }
}

/** Options of a run of lxops. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly path?: string;
  readonly argv?: readonly string[];
  readonly killAfterMs?: number;
  /** Interrupts lxops as soon as this settles; the test fails where it rejects. */
  readonly interrupt?: Promise<void>;
}

/** Declares one test for each daemon; it is skipped where the daemon or a place that it needs is missing. */
export function onBoth(
  title: string,
  needs: readonly (keyof typeof places)[],
  test: (ground: Ground, t: Deno.TestContext) => Promise<void>,
  on: readonly Daemon[] = daemons,
): void {
  for (const daemon of on) {
    const missing = [
      ...(daemon.socket ? [] : [`no ${daemon.label ?? daemon.title}`]),
      ...needs.filter((need) => !places[need]).map((need) => `no ${need}`),
    ];
    const reason = missing.length > 0 ? ` [skipped: ${missing.join(", ")}]` : "";
    Deno.test({
      name: `${daemon.label ?? daemon.title}: ${title}${reason}`,
      ignore: missing.length > 0,
      fn: async (t) => {
        const id = `e${crypto.randomUUID().slice(0, 8)}`;
        const ground = new Ground(daemon, id, await Deno.makeTempDir({ prefix: "lxops-e2e-" }), on.length);
        try {
          await test(ground, t);
        } finally {
          await ground.close();
        }
      },
    });
  }
}

/**
 * Declares a test for one of the daemons, whose part in its subject is small: they share such tests, and change places
 * from commit to commit. With LXOPS_TEST_CUTS=all, both daemons run it.
 */
export function inTurn(
  title: string,
  needs: readonly (keyof typeof places)[],
  test: (ground: Ground, t: Deno.TestContext) => Promise<void>,
): void {
  onBoth(title, needs, test, isWhole() ? daemons : [turnOf(title)]);
}

/** Returns the daemon whose turn something is at this commit. */
export function turnOf(title: string): Daemon {
  const there = daemons.filter(({ socket }) => socket);
  return there[(sample() + [...title].length) % there.length] ?? daemons[0]!;
}

/** Declares a test for one daemon, whichever exists: its subject does not depend on the daemon. */
export function onEither(
  title: string,
  needs: readonly (keyof typeof places)[],
  test: (ground: Ground, t: Deno.TestContext) => Promise<void>,
): void {
  onBoth(title, needs, test, [daemons.find(({ socket }) => socket) ?? daemons[0]!]);
}

/** Runs a command line on a machine and a daemon in memory. */
import type { App } from "../../lib/cli/command/app.ts";
import type { GroupCommand } from "../../lib/cli/command/command.ts";
import { Hidden } from "../../lib/cli/output/hidden.ts";
import { allCommands } from "../../lib/cli/commands.ts";
import { dispatch } from "../../lib/cli/dispatch.ts";
import type { StreamImage } from "../../lib/ports/streams.ts";
import type { Trust } from "../../lib/ports/trust.ts";
import { formatIssue } from "../../lib/base/errors.ts";
import type { World } from "../../lib/plan/world.ts";
import type { Host, PathInfo } from "../../lib/ports/mod.ts";
import { apply } from "../../lib/run/execute/apply.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import type { Controls } from "../../lib/run/perform/perform.ts";
import type { DirectoryUse } from "../../lib/ports/machine_lock.ts";
import { Locks } from "../../lib/run/lock/locks.ts";
import type { LockPorts } from "../../lib/run/lock/ports.ts";
import { memoryHost } from "./memory_host.ts";
import { type MemoryLocks, memoryLocks } from "./memory_locks.ts";
import { type MemoryServer, memoryServer } from "./memory_server.ts";

const commands = await allCommands();

/** Names of programs in scripts of tests. */
export const SCRIPT = { program: "lxops-incus", globals: [], sudo: false } as const;

/** Initial state of a run. */
export interface RunOptions {
  readonly world: World;
  readonly files?: Readonly<Record<string, string>>;
  readonly server?: MemoryServer;
  readonly controls: () => Controls;
  /** The working directory; `/c` by default. */
  readonly cwd?: string;
  /** The bytes that are free in the filesystem of every path; absent: unknown. */
  readonly freeBytes?: number;
  /** Variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Input that is no text, in the place of `stdin`. */
  readonly piped?: Uint8Array;
  readonly signal?: AbortSignal;
  /** The daemon's locks; other runs may have the same. */
  readonly locks?: MemoryLocks;
  /** Gets the directories that are locked against other daemons; absent: this run cannot lock any. */
  readonly directories?: DirectoryUse[];
  readonly root?: GroupCommand;
  /** The images of every simplestreams server. */
  readonly streams?: readonly StreamImage[];
  /** Input and output are a terminal. */
  readonly interactive?: boolean;
  /** Columns of the terminal that results go to. */
  readonly width?: number;
  /** Returns a random text for names; absent: names have zeros in its place. */
  readonly random?: () => string;
  /** Directories that containers have mounted. */
  readonly mountedInContainers?: readonly string[];
  readonly container?: string;
}

/** End state of a run. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly events: readonly RunEvent[];
}

/** Runs a command line. */
export async function run(args: readonly string[], options: RunOptions): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const events: RunEvent[] = [];
  const hidden = new Hidden();
  const told = new Set<string>();
  const print = hidden.through((text) => void out.push(text));
  const complain = hidden.through((text) => void err.push(`${text}\n`));
  const { world, signal = new AbortController().signal } = options;
  const server = options.server ?? memoryServer(world);
  const locks = new Locks(() => {});
  const store = options.locks ?? memoryLocks();
  const lockPorts = async (command: string): Promise<LockPorts> => {
    const host = hostOf(world, {});
    const self = { run: await host.thisRun() ?? "", user: "anna", command, since: "2026-01-01" };
    const stateOf = async (run: string) => (await host.runStates([run])).get(run) ?? "elsewhere";
    return { store, self, client: "incus", stateOf, note: complain, signal };
  };
  const makeApp = (globals: App["globals"]): App => ({
    backend: world.backend,
    host: hostOf(world, options.files ?? {}, options),
    globals,
    program: SCRIPT.program,
    formats: [],
    signal,
    random: options.random ?? (() => undefined),
    server: () => Promise.resolve(server),
    project: () => Promise.resolve("default"),
    remote: () => Promise.resolve("local"),
    atAddress: () => makeApp(globals),
    trust: () => Promise.resolve(memoryTrust()),
    isLocal: () => Promise.resolve(true),
    withGlobals: makeApp,
    withRemote: () => makeApp(globals),
    remoteHost: () => Promise.resolve(hostOf(world, options.files ?? {})),
    otherDaemonInstances: () => Promise.resolve(world.otherDaemon ?? { title: "LXD", instances: [] }),
    imageRemotes: () => Promise.resolve(world.remotes),
    imageStream: () => Promise.resolve({ images: options.streams ?? [], architecture: "x86_64" }),
    apply: (plan, how) =>
      apply(plan, { ...how, script: { ...SCRIPT, showSecrets: how.showSecrets ?? false } }, {
        controls: options.controls,
        report: (event) => {
          if (event.kind === "lease") how.leased?.(event.lease);
          if (event.kind === "done") how.timed?.(event.step, event.seconds);
          events.push(event);
        },
        print,
        mask: hidden.mask,
        signal: how.until ? AbortSignal.any([signal, how.until]) : signal,
      }),
    lock: async (wants, { command, seconds }) => await locks.take(wants, seconds, await lockPorts(command)),
    lockEarly: async (wants, command) => await locks.takeEarly(wants, await lockPorts(command)),
    unlock: async (wants) => await locks.giveBack(wants, await lockPorts("")),
    otherRuns: () => Promise.resolve(options.directories && { ended: new Set(), at: 0 }),
    lockDirectories: (uses) => {
      options.directories?.push(...uses);
      return Promise.resolve(false);
    },
    hide: (values) => hidden.add(values),
    show: (names) => hidden.show(names),
    mask: hidden.mask,
    print,
    printBytes: (content) => Promise.resolve(print(new TextDecoder().decode(content))),
    complain,
    warn: (issues) => {
      for (const text of issues.map(formatIssue)) {
        if (!told.has(text)) complain(text);
        told.add(text);
      }
    },
    confirm: () => Promise.resolve(true),
    isInteractive: () => options.interactive ?? false,
    width: () => options.width,
    stdin: {
      text: () => Promise.resolve(options.stdin),
      piped: () =>
        Promise.resolve(
          options.piped ??
            (options.stdin === undefined ? undefined : new TextEncoder().encode(options.stdin)),
        ),
      bytes: () => Promise.resolve(new TextEncoder().encode(options.stdin ?? "")),
      isTerminal: () => options.stdin === undefined && options.piped === undefined,
    },
  });
  const code = await dispatch(options.root ?? commands, args, makeApp, { print, complain });
  await locks.release(1000);
  return { code, stdout: out.join(""), stderr: err.join(""), events };
}

function hostOf(
  world: World,
  files: Readonly<Record<string, string>>,
  { mountedInContainers = [], container = "", env = {}, cwd = "/c", freeBytes }: Pick<
    RunOptions,
    "mountedInContainers" | "container" | "env" | "cwd" | "freeBytes"
  > = {},
): Host {
  const known = [...world.paths].filter((entry): entry is [string, PathInfo] => entry[1] !== undefined);
  const { listeners = [], subuid, subgid } = world.settings ?? {};
  return memoryHost({
    env: { SOURCE_DATE_EPOCH: "1000000000", ...env },
    cwd,
    files: {
      ...files,
      ...(subuid === undefined ? {} : { "/etc/subuid": subuid }),
      ...(subgid === undefined ? {} : { "/etc/subgid": subgid }),
    },
    listeners,
    mountedInContainers,
    container,
    paths: Object.fromEntries(known),
    datasets: world.datasets,
    zfsSnapshots: world.zfsSnapshots,
    ...(world.zfsProperties ? { zfsProperties: world.zfsProperties } : {}),
    ...(world.mounts ? { mounts: world.mounts } : {}),
    ...(world.realPaths ? { realPaths: world.realPaths } : {}),
    ...(world.bytes ? { bytes: world.bytes } : {}),
    ...(freeBytes === undefined ? {} : { freeBytes }),
    zfsTakesSeveral: world.zfsTakesSeveral,
    machines: world.machines,
    ...(world.thisRun ? { thisRun: world.thisRun } : {}),
    ...(world.runs ? { runs: Object.fromEntries(world.runs) } : {}),
  });
}

/** Returns a client without remotes, in a world where every server has one certificate. */
function memoryTrust(): Trust {
  const remotes = new Map([["old", {
    addr: "https://old:8443",
    protocol: "incus",
    project: "",
    isPublic: false,
  }]]);
  return {
    config: () =>
      Promise.resolve({
        directory: "/root/.config/incus",
        data: { remotes: { old: { addr: "https://old:8443" } } },
        current: "local",
        remotes,
      }),
    serverCertificate: () => Promise.resolve({ pem: "SERVER\n", fingerprint: "ab".repeat(32) }),
    clientCertificate: () => Promise.resolve({ certificate: "CLIENT\n", key: "KEY\n" }),
  };
}

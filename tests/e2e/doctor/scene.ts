/**
 * A machine to make sick: private daemons of both kinds, a home, a ZFS pool, and lxops among private mounts. Nothing
 * of the machine itself changes.
 */
import { type Bed, down, up } from "../../../scripts/testbed/bed.ts";
import { daemonProcesses, killDaemon, startDaemon } from "../../../scripts/testbed/daemon.ts";
import { type DaemonKind, ownBed, type Place, placeAt } from "../../../scripts/testbed/place.ts";
import { kill } from "../../../scripts/testbed/processes.ts";
import { connect, type Rest } from "../../../scripts/testbed/rest.ts";
import { type Ground, type Outcome, socketVariable } from "../support/daemon.ts";
import { until } from "../../support/until.ts";
import { sh } from "../support/trees.ts";

/** A finding as `doctor --json` prints it. */
export interface Found {
  readonly id: string;
  readonly area: string;
  readonly severity: string;
  readonly what: string;
  readonly cure: readonly string[];
}

/** Options of a run of lxops. */
export interface How {
  readonly args?: readonly string[];
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Without the variable that names the socket. */
  readonly unnamed?: true;
  /** The variable names the socket of the other daemon, and the other way round. */
  readonly swapped?: true;
  /** A script that changes private mounts first. */
  readonly mounts?: string;
  /** Groups of an unprivileged user that runs lxops. */
  readonly groups?: string;
}

/** A user of no rights, whom private files name. */
export const USER = 64321;

/** The machine of a test. */
export class Scene {
  readonly ground: Ground;
  readonly bed: Bed;
  readonly place: Place;
  readonly kind: DaemonKind;
  readonly socket: string;
  readonly other: string;
  readonly bridge: string;
  readonly rest: Rest;
  /** The default profile while it is another one. */
  // deno-lint-ignore no-explicit-any
  profile: any;

  constructor(ground: Ground, bed: Bed) {
    this.ground = ground;
    this.bed = bed;
    this.place = placeAt(bed.dir);
    this.kind = ground.daemon.title === "Incus" ? "incus" : "lxd";
    const own = bed.daemons.find(({ kind }) => kind === this.kind)!;
    this.socket = own.socket;
    this.bridge = own.bridge;
    this.other = bed.daemons.find(({ kind }) => kind !== this.kind)?.socket ?? "/nonexistent/socket";
    this.rest = connect(own.socket);
  }

  /** The directory of the client's configuration. */
  get client(): string {
    return `${this.ground.dir}/.config/${this.kind === "incus" ? "incus" : "lxc"}`;
  }

  /** Runs a shell script with the places of the scene as variables. */
  async sh(script: string): Promise<string> {
    return await sh(`${this.variables()}\n${script}`);
  }

  variables(): string {
    const all = {
      DIR: this.ground.dir,
      BED: this.bed.dir,
      KIND: this.kind,
      SOCKET: this.socket,
      OTHER: this.other,
      BRIDGE: this.bridge,
      CLIENT: this.client,
      PLAIN: this.bed.plainDir,
      ID: this.ground.id,
      OWN: `${this.ground.dir}/.config/lxops`,
    };
    return Object.entries(all).map(([name, value]) => `${name}='${value}'`).join("; ");
  }

  /** Runs lxops. */
  async run(args: readonly string[], how: How = {}): Promise<Outcome> {
    const { ground, kind } = this;
    const user = how.groups === undefined ? [] : [
      "setpriv",
      `--reuid=${USER}`,
      `--regid=${USER}`,
      how.groups === "" ? "--clear-groups" : `--groups=${how.groups}`,
      "--",
    ];
    const script = `${this.variables()}\n${how.mounts ?? ""}\nexec "$@"`;
    const apart = how.mounts === undefined
      ? []
      : ["unshare", "--mount", "--propagation", "private", "sh", "-ec", script, "sh"];
    const [own, other] = how.swapped ? [this.other, this.socket] : [this.socket, this.other];
    const named = how.unnamed
      ? { INCUS_SOCKET: "", LXD_SOCKET: "" }
      : kind === "incus"
      ? { INCUS_SOCKET: own, LXD_SOCKET: other }
      : { INCUS_SOCKET: other, LXD_SOCKET: own };
    return await ground.run([...how.flags ?? [], ...args], {
      argv: [...apart, ...user, ...ground.daemon.argv],
      env: { ...named, ...how.env },
    });
  }

  /** Runs `doctor`, and returns what it found on this machine. */
  async doctor(how: How = {}): Promise<{ readonly code: number; readonly found: readonly Found[] }> {
    const { code, stdout, stderr } = await this.run(["doctor", "--json", ...how.args ?? []], how);
    if (!stdout.startsWith("{")) throw new Error(`doctor ended with ${code}: ${stderr}\n${stdout}`);
    const found: readonly Found[] = JSON.parse(stdout).findings;
    return { code, found: found.filter((one) => !this.#isForeign(one)) };
  }

  /** Tests of other beds use the same ZFS. */
  #isForeign({ area, what }: Found): boolean {
    return area === "zfs" && !what.includes(this.ground.id) && !what.includes("has not answered");
  }

  // deno-lint-ignore no-explicit-any
  async request(method: string, path: string, body?: unknown): Promise<any> {
    return await this.rest.send(method, path, body);
  }

  /** Makes an instance without a root filesystem, which has some devices. */
  async instance(name: string, devices: object = {}, config: object = {}, socket?: string): Promise<void> {
    const body = { name, type: "container", source: { type: "none" }, config, devices };
    if (socket === undefined) return void await this.request("POST", "/1.0/instances", body);
    using rest = connect(socket);
    await rest.send("POST", "/1.0/instances", body);
  }

  async remove(name: string, socket?: string): Promise<void> {
    using rest = connect(socket ?? this.socket);
    await rest.send("PUT", `/1.0/instances/${name}/state`, { action: "stop", force: true }).catch(() => {});
    await rest.send("DELETE", `/1.0/instances/${name}`).catch(() => {});
  }

  /** Returns the names of the daemon's objects of a kind. */
  async names(kind: string): Promise<readonly string[]> {
    const paths = await this.request("GET", `/1.0/${kind}`) as readonly string[] | null;
    return (paths ?? []).map((path) => path.slice(path.lastIndexOf("/") + 1));
  }

  /** Runs lxops, and kills it as soon as the daemon has an object of a kind with such a name. */
  async killed(args: readonly string[], kind: string, name: RegExp): Promise<void> {
    const { ground } = this;
    const known = { ...ground.daemon, socket: this.socket };
    const [program, ...first] = known.argv;
    const child = new Deno.Command(program!, {
      args: [...first, ...args],
      cwd: ground.dir,
      env: { HOME: ground.dir, ...socketVariable(known), DENO_DIR: denoDirectory() },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await until(async () => (await this.names(kind)).some((one) => name.test(one)));
    child.kill("SIGKILL");
    await child.status;
    // The daemon ends what it has begun.
    await until(async () => !("running" in await this.request("GET", "/1.0/operations")));
  }

  async kill(): Promise<void> {
    await killDaemon(this.place, this.kind);
  }

  async start(): Promise<void> {
    await startDaemon(this.place, this.kind);
  }

  async signal(signal: Deno.Signal): Promise<void> {
    for (const pid of await daemonProcesses(this.place, this.kind)) kill(pid, signal);
  }
}

function denoDirectory(): string {
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
}

/** Runs a test on a machine of its own. */
export async function withScene(ground: Ground, test: (scene: Scene) => Promise<void>): Promise<void> {
  const dir = ownBed("doctor");
  await down(dir, () => {});
  const bed = await up({ kinds: ["incus", "lxd"], images: ["tiny"], dir, log: () => {} });
  try {
    const scene = new Scene(ground, bed);
    using _rest = scene.rest;
    await test(scene);
  } finally {
    await down(dir, () => {});
  }
}

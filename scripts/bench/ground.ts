/**
 * The environment of a bench: one private daemon, the built binary, and directories of their own.
 *
 * @module
 */
import { load } from "../testbed/bed.ts";
import type { DaemonKind } from "../testbed/place.ts";
import { LxopsError } from "../../lib/base/errors.ts";
import { type RunOptions, runProgram, runToOutput, weighProgram, type Weight } from "./measure.ts";
import { type Counts, startProxy } from "./proxy.ts";
import { Raw } from "./raw.ts";
import { directories, instanceBody, type Place, profileBody } from "./workload.ts";

/** The parts that all cases use. */
export interface Ground {
  readonly kind: DaemonKind;
  readonly raw: Raw;
  readonly binary: string;
  readonly place: Place;
  /** Fingerprint of the image. */
  readonly image: string;
  readonly extensions: ReadonlySet<string>;
  /** Host id of the containers' root. */
  readonly owner: number;
}

/** The requests of one run of lxops. */
export interface Counted extends Counts {
  readonly asked: readonly string[];
}

/** Finds a bed that is up and makes a work directory; `binaries` is where the built programs are. */
export async function prepareGround(dir: string, kind: DaemonKind, binaries: string): Promise<Ground> {
  const bed = await load(dir);
  const daemon = bed?.daemons.find((one) => one.kind === kind);
  if (!bed || !daemon) {
    throw new LxopsError(
      `This machine has no ${kind}`,
      bed?.skipped.map((one) => one.reason),
    );
  }
  const place = { configs: `${bed.dir}/bench-${kind}`, plain: bed.plainDir };
  await Deno.mkdir(place.configs, { recursive: true });
  const raw = new Raw(daemon.socket);
  const { target } = await raw.send("GET", "/1.0/images/aliases/busy") as { target: string };
  const { api_extensions } = await raw.send("GET", "/1.0") as { api_extensions: string[] };
  const binary = `${binaries}/lxops-${kind}`;
  await Deno.stat(binary).catch(() => {
    throw new LxopsError(`There is no "${binary}"`, ["Build it: deno task build"]);
  });
  const unowned = {
    kind,
    raw,
    binary,
    place,
    image: target,
    extensions: new Set(api_extensions),
  };
  return { ...unowned, owner: await findOwner(raw, target) };
}

/**
 * Asks for the host id of a container's root, which is the same for all. The container stays until the bed goes: lxops
 * learns that id from it, where on other machines it reads /etc/subuid, which the bed's daemons have one of their own of.
 */
async function findOwner(raw: Raw, image: string): Promise<number> {
  const name = "bench-owner";
  const source = { type: "image", fingerprint: image };
  await raw.attempt("DELETE", `/1.0/instances/${name}`);
  await raw.send("POST", "/1.0/instances", { name, source });
  const { config } = await raw.send("GET", `/1.0/instances/${name}`) as { config: Record<string, string> };
  const map = JSON.parse(config["volatile.idmap.next"] ?? "[]") as { Isuid: boolean; Hostid: number }[];
  return map.find(({ Isuid }) => Isuid)?.Hostid ?? 0;
}

/** Runs lxops in the directory of the configuration files, and returns how many seconds it took. */
export async function lxops(ground: Ground, argv: readonly string[]): Promise<number> {
  return await runProgram([ground.binary, ...argv], surroundings(ground));
}

/** Returns the path of the daemon's own client; `undefined` where this machine has none. */
export async function findClient({ kind }: Ground): Promise<string | undefined> {
  const name = kind === "lxd" ? "lxc" : "incus";
  for (const path of [`/usr/bin/${name}`, `/usr/local/bin/${name}`, `/snap/bin/${name}`]) {
    if (await Deno.stat(path).then(() => true, () => false)) return path;
  }
  return undefined;
}

/** Runs the daemon's own client. */
export async function client(ground: Ground, argv: readonly string[]): Promise<void> {
  await runProgram([(await findClient(ground))!, ...argv], surroundings(ground));
}

/** Runs lxops, and returns how many seconds it took until it printed something. */
export async function lxopsToOutput(ground: Ground, argv: readonly string[]): Promise<number> {
  return await runToOutput([ground.binary, ...argv], surroundings(ground));
}

/** Runs lxops and weighs it. */
export async function lxopsWeighed(ground: Ground, argv: readonly string[]): Promise<Weight | undefined> {
  return await weighProgram([ground.binary, ...argv], surroundings(ground));
}

function surroundings(ground: Ground, socket = ground.raw.socket): RunOptions {
  const env = {
    HOME: ground.place.configs,
    PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
    [`${ground.kind.toUpperCase()}_SOCKET`]: socket,
  };
  return { cwd: ground.place.configs, env };
}

/** Runs lxops and counts what it asks the daemon. */
export async function lxopsCounted(ground: Ground, argv: readonly string[]): Promise<Counted> {
  const socket = `${ground.place.configs}/proxy.sock`;
  await using proxy = startProxy(socket, ground.raw.socket);
  try {
    await runProgram([ground.binary, ...argv], surroundings(ground, socket));
    return { ...proxy.counts(), asked: [...proxy.asked()] };
  } finally {
    await Deno.remove(socket);
  }
}

/** Tells whether lxops has a command. */
export async function hasCommand(ground: Ground, words: readonly string[]): Promise<boolean> {
  const { code, stdout } = await new Deno.Command(ground.binary, {
    args: [...words, "--help"],
    stderr: "null",
  })
    .output();
  return code === 0 && new TextDecoder().decode(stdout).includes(words.join(" "));
}

/** Removes instances and all that belongs to them, whatever state they are in. */
export async function removeInstances(ground: Ground, names: readonly string[]): Promise<void> {
  const { raw, place } = ground;
  const remove = async (name: string) => {
    await raw.attempt("PUT", `/1.0/instances/${name}/state`, { action: "stop", force: true, timeout: 10 });
    await raw.attempt("DELETE", `/1.0/instances/${name}`);
    await raw.attempt("DELETE", `/1.0/profiles/${name}.lxops`);
    await Deno.remove(directories(place, name)[0]!, { recursive: true }).catch(() => {});
  };
  const left = [...names];
  const worker = async () => {
    for (let name = left.shift(); name; name = left.shift()) await remove(name);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

/** Creates an instance by the fewest possible requests: directories, profile, instance, start. */
export async function makeInstance(ground: Ground, name: string): Promise<void> {
  const { raw, place, owner } = ground;
  for (const path of directories(place, name)) {
    await Deno.mkdir(path, { mode: 0o755 });
    await Deno.chown(path, owner, owner);
  }
  await raw.send("POST", "/1.0/profiles", profileBody(place, name));
  const body = instanceBody(place, name, ground.image);
  if (ground.extensions.has("instance_create_start")) {
    return void await raw.send("POST", "/1.0/instances", { ...body, start: true });
  }
  await raw.send("POST", "/1.0/instances", body);
  await raw.send("PUT", `/1.0/instances/${name}/state`, { action: "start", timeout: -1 });
}

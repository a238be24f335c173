/**
 * Finishes new instances of a pool: each gets an identity of its own, and then waits to be taken.
 *
 * @module
 */
import { CommandError, ServerError, StateError, TimeoutError } from "../../base/errors.ts";
import { hostKeysOf, IDENTITY_LIMIT, IDENTITY_SCRIPT } from "../../plan/pool/identity.ts";
import { isMember } from "../../plan/pool/members.ts";
import { memberDescription, POOL_KEYS, UUID_KEY } from "../../plan/pool/names.ts";
import type { PoolSpec } from "../../plan/pool/spec.ts";
import {
  createSnapshot,
  freezeInstance,
  patchInstance,
  stopInstance,
} from "../../plan/requests/instances.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import type { Warm } from "../../step/pool.ts";
import { addressesOf, noPool, type PoolPorts, readSpec } from "./ports.ts";

/** Name of the snapshot that an instance is set back to. */
export const READY_SNAPSHOT = "lxops-pool-ready";

/** Longest time for the script, which may make host keys. */
const SCRIPT_SECONDS = 120;

/** Longest time of a clean stop, in seconds. */
const STOP_SECONDS = 30;

/** Finishes an instance that runs: it is ready afterwards. */
export async function warm(
  { project, pool, instance }: Pick<Warm, "project" | "pool" | "instance">,
  ports: PoolPorts,
): Promise<void> {
  const [spec, info] = await Promise.all([
    readSpec({ project, pool }, ports),
    ports.server.instance(instance),
  ]);
  if (!spec) throw noPool({ project, pool });
  if (!info || !isMember(info, pool) || info.config[POOL_KEYS.state] !== "warming") {
    throw new StateError(`Instance "${instance.name}" is no new one of pool "${pool}"`);
  }
  const [keys, addresses] = await Promise.all([
    identify(instance, spec.hostKeys, ports),
    addressesOf(instance, ports),
  ]);
  if (spec.reset === "snapshot") {
    await ports.control.send(createSnapshot(instance, READY_SNAPSHOT), ports.signal);
  }
  await waiting(instance, spec, {
    [POOL_KEYS.uuid]: info.config[UUID_KEY] ?? "",
    [POOL_KEYS.addresses]: addresses,
    [POOL_KEYS.ssh]: keys.join(","),
  }, ports);
  if (spec.mode === "self" && spec.program) await begin(instance, spec.program, ports);
}

/** Lets an instance that runs wait as the pool says, and marks it as ready in the end. */
export async function waiting(
  instance: InstanceRef,
  { ready, pool }: Pick<PoolSpec, "ready" | "pool">,
  config: Readonly<Record<string, string>>,
  { control, signal }: PoolPorts,
): Promise<void> {
  if (ready === "frozen") await control.send(freezeInstance(instance), signal);
  if (ready === "stopped") await control.send(stopInstance(instance, STOP_SECONDS), signal).catch(stopped);
  await control.send(
    patchInstance(instance, {
      config: { ...config, [POOL_KEYS.pool]: pool, [POOL_KEYS.state]: "ready" },
      // One that was set back has lost it.
      description: memberDescription(pool),
    }),
    signal,
  );
}

function stopped(error: unknown): void {
  if (!(error instanceof ServerError) || !/already stopped/.test(error.message)) throw error;
}

/** Gives an instance an identity of its own, and returns its public host keys. */
async function identify(
  instance: InstanceRef,
  hostKeys: PoolSpec["hostKeys"],
  { control, signal }: PoolPorts,
): Promise<readonly string[]> {
  const chunks: string[] = [];
  let length = 0;
  const decoder = new TextDecoder();
  const limit = AbortSignal.timeout(SCRIPT_SECONDS * 1000);
  const argv = ["/bin/sh", "-c", IDENTITY_SCRIPT, "sh", hostKeys] as const;
  let code: number;
  try {
    code = await control.pipe({ instance, argv: [...argv] }, (bytes, stream) => {
      if (stream !== "stdout" || length > IDENTITY_LIMIT) return;
      length += bytes.length;
      chunks.push(decoder.decode(bytes, { stream: true }));
    }, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    throw new TimeoutError(`Instance "${instance.name}" got no identity within ${SCRIPT_SECONDS} s`);
  }
  // A system without a shell has nothing that could be replaced.
  if (code === 0 || code === 126 || code === 127) return hostKeysOf(chunks.join("").split("\n"));
  throw new CommandError(`Instance "${instance.name}" got no host keys of its own (exit code ${code})`, {
    argv: ["ssh-keygen", "-A"],
    code,
    advice: ["To let all instances have those of the image: --host-key image"],
  });
}

/** Starts the program of an instance that works by itself, and does not wait for it. */
async function begin(
  instance: InstanceRef,
  program: readonly string[],
  { control, signal }: PoolPorts,
): Promise<void> {
  const argv = ["/bin/sh", "-c", BEGIN, "sh", ...program] as [string, ...string[]];
  const code = await control.exec({ instance, argv }, () => {}, signal);
  if (code !== 0) {
    throw new CommandError(`"${program[0]}" could not be started in instance "${instance.name}"`, {
      argv,
      code,
    });
  }
}

/**
 * Runs a program in the background; the instance stops when it ends, in the way that its system knows. A system that takes
 * its time to stop is asked again after some seconds. LXD 5.0 waits for all processes of a session.
 */
const BEGIN = `command -v -- "$1" >/dev/null || exit 127
work='"$@"
poweroff; sleep 3; kill -s PWR 1; sleep 10; poweroff -f; kill -s KILL 1'
trap '' HUP
own=
command -v setsid >/dev/null && own=setsid
$own /bin/sh -c "$work" sh "$@" </dev/null >/dev/null 2>&1 &`;

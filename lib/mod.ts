/**
 * lxops as a library: launches and rebuilds instances of LXD and Incus, runs programs in instances of their own, and builds
 * images. A call does exactly what the command of the same name does, by the same plan; it writes nothing to stdout or
 * stderr, never ends the process, and throws an object of one of the exported classes where it fails.
 *
 * ```ts
 * import { ConfigError, FailedError, incus, launch, open } from "@lxops/lxops";
 *
 * const client = open({ backend: incus });
 * try {
 *   const [php] = await launch(client, "php.yaml", {
 *     name: "php1",
 *     undoOnFailure: true,
 *     signal: AbortSignal.timeout(10 * 60_000),
 *     onEvent: (event) => event.kind === "step-done" && console.error(event.instance, event.title),
 *   });
 *   console.log(php?.address);
 * } catch (error) {
 *   // Nothing was changed.
 *   if (error instanceof ConfigError) console.error(error.issues);
 *   // Something was changed; this says what stayed.
 *   else if (error instanceof FailedError) console.error(error.failures);
 *   else throw error;
 * }
 * ```
 *
 * The process needs the permissions of a command: to read and write the socket of the daemon and the files that are named,
 * `--allow-net` for what is behind the socket, `--allow-env`, `--allow-sys=uid,gid`, and `--allow-run` for `/bin/cat` and
 * the programs of its filesystems (`zfs`, `rsync`, ...). `examples/library` lists those of an agent that runs jobs.
 *
 * A program can also be lxops with one more format of configuration files: see `main()` and `examples/custom_format`.
 *
 * @module
 */
export { type Client, type ClientOptions, type Https, type Machine, open } from "./library/client.ts";
export { destroy, type Files, type InstanceResult, launch, rebuild } from "./library/instances.ts";
export {
  plan,
  type Plannable,
  type Planned,
  type PlannedChange,
  type PlannedInstance,
} from "./library/plan.ts";
export { run, type RunResult } from "./library/run.ts";
export { buildImage, type BuiltImage } from "./library/build_image.ts";
export { type MemberStatus, NoneFreeError, Pool, type PoolStatus } from "./library/pool.ts";
export type { Lease, LeaseSsh } from "./step/pool.ts";
export type {
  AcquireOptions,
  DestroyPoolOptions,
  PoolOptions,
  PoolRunOptions,
  ReleaseOptions,
  RenewOptions,
  TendOptions,
} from "./library/pool_options.ts";
export type { CallEvent } from "./library/events.ts";
export type {
  BuildImageOptions,
  CallOptions,
  ChangeOptions,
  ConfigurationOptions,
  CreateOptions,
  DestroyOptions,
  LaunchOptions,
  RebuildOptions,
  RunOptions,
} from "./library/options.ts";
export { FailedError, type StepFailure } from "./library/errors.ts";
export {
  CommandError,
  type CommandErrorOptions,
  ConfigError,
  InterruptedError,
  type Issue,
  LxopsError,
  ServerError,
  type ServerErrorOptions,
  StateError,
  type StateKind,
  TimeoutError,
  UnreadableError,
  UsageError,
} from "./base/errors.ts";
export type { Backend, DaemonKind } from "./ports/backend.ts";
export { defineFormat, type Format, type Migrated } from "./config/format.ts";
export { HEADER } from "./config/header.ts";
export { main, type MainOptions } from "../main.ts";
export { backend as incus } from "../backends/incus.ts";
export { backend as lxd } from "../backends/lxd.ts";

/**
 * `Pool`: instances that wait to be taken.
 *
 * @module
 */
import { StateError, UsageError } from "../base/errors.ts";
import type { App } from "../cli/command/app.ts";
import type { LeafCommand } from "../cli/command/command.ts";
import type { PoolPlace } from "../cli/actions/pool/place.ts";
import type { PoolStatus } from "../plan/pool/status.ts";
import type { Lease } from "../step/pool.ts";
import { call } from "./call.ts";
import type { Client } from "./client.ts";
import { failedError } from "./errors.ts";
import type { CallOptions } from "./options.ts";
import type {
  AcquireOptions,
  DestroyPoolOptions,
  PoolOptions,
  PoolRunOptions,
  ReleaseOptions,
  RenewOptions,
  TendOptions,
} from "./pool_options.ts";
import { type RunResult, runWith } from "./run.ts";
import { valuesOf } from "./values.ts";

export type { MemberStatus, PoolStatus } from "../plan/pool/status.ts";
export { NoneFreeError } from "../base/errors.ts";

/**
 * A pool of instances that wait to be taken. All of it is in the daemon, so that any number of programs on any number of
 * machines take from one pool; nothing of it is in an object of this class but its name.
 *
 * ```ts
 * import { incus, open, Pool } from "@lxops/lxops";
 *
 * const pool = await Pool.create(open({ backend: incus }), "ci", "ci/debian", { size: 4, ready: "frozen" });
 * await pool.tend();
 * const lease = await pool.acquire({ wait: "60s", owner: "job 17" });
 * try {
 *   console.log(lease.instance, lease.addresses, lease.expires);
 * } finally {
 *   await pool.release(lease);
 * }
 * ```
 */
export class Pool {
  /** Name of the pool. */
  readonly name: string;
  /** Project of its instances; empty: the client's. */
  readonly project: string;
  readonly #client: Client;

  /** Names a pool. Nothing is asked of the daemon yet. */
  constructor(client: Client, name: string, { project = "" }: { readonly project?: string } = {}) {
    if (name.includes(":")) {
      throw new UsageError(`"${name}" is no name of a pool: the client names the daemon`);
    }
    this.#client = client;
    this.name = name;
    this.project = project;
  }

  /**
   * Makes a pool of instances of an image of the daemon, or of a configuration file, whose image is built first.
   *
   * @throws {StateError} where there is such a pool already, or no such image
   * @throws {UsageError} where options contradict each other
   */
  static async create(client: Client, name: string, image: string, options: PoolOptions): Promise<Pool> {
    const pool = new Pool(client, name, options);
    await call(client, options, async ({ app }) => {
      const [{ create: command }, { createPool }] = await Promise.all([
        import("../cli/commands/pool/create.ts"),
        import("../cli/actions/pool/create.ts"),
      ]);
      const { program = [], size, max, ...rest } = options;
      const texts = { ...rest, size: String(size), ...(max === undefined ? {} : { max: String(max) }) };
      const values = valuesOf(command, texts) as unknown as Parameters<typeof createPool>[0];
      const failures = await createPool(values, [name, image, ...program], app);
      if (failures.length > 0) throw failedError(failures);
    });
    return pool;
  }

  /**
   * Takes an instance, which is not handed out again until the lease ends. An instance that waited frozen or stopped runs programs
   * when this returns.
   *
   * @throws {NoneFreeError} where none is free, and `wait` is absent
   * @throws {TimeoutError} where none was free within `wait`
   * @throws {StateError} where there is no such pool, or it is disabled
   */
  async acquire(options: AcquireOptions = {}): Promise<Lease> {
    const { promise, resolve, reject } = Promise.withResolvers<Lease>();
    // Where the pool has no tender, another instance is asked for after that, without waiting for it.
    this.#call("acquire", options, async ({ place, command }) => {
      const { makeUp, take } = await import("../cli/actions/pool/acquire.ts");
      const values = valuesOf(command, options) as unknown as Parameters<typeof take>[1];
      const taken = await take(place, values);
      if (!taken) throw new StateError(`Pool "${this.name}" handed out no instance`);
      resolve(taken.lease);
      await makeUp(place, taken);
    }).catch(reject);
    return await promise;
  }

  /**
   * Lets a lease last longer, from now on, and returns it with its new end.
   *
   * @throws {StateError} where it has ended
   */
  async renew(lease: Pick<Lease, "lease">, options: RenewOptions = {}): Promise<Lease> {
    return await this.#call("renew", options, async ({ app, command }) => {
      const { renewLease } = await import("../cli/actions/pool/lease.ts");
      const values = valuesOf(command, { ...options, project: this.project });
      const found = await renewLease(values as unknown as Parameters<typeof renewLease>[0], lease.lease, app);
      if (!found) throw new StateError(`Pool "${this.name}" renewed no lease`);
      return found;
    });
  }

  /**
   * Gives instances back: they are removed, or set back where the pool says so, before they can be taken again.
   *
   * @throws {StateError} where there is no such lease
   */
  async release(
    leases: Pick<Lease, "lease"> | readonly Pick<Lease, "lease">[],
    options: ReleaseOptions = {},
  ): Promise<void> {
    const all = "lease" in leases ? [leases] : leases;
    if (all.length === 0) return;
    await this.#call("release", options, async ({ app, command }) => {
      const { release } = await import("../cli/actions/pool/lease.ts");
      const values = valuesOf(command, { ...options, project: this.project });
      await release(values as unknown as Parameters<typeof release>[0], all.map(({ lease }) => lease), app);
    });
  }

  /** Returns the state of the pool: how many wait, and the owners of the others. */
  async status(options: CallOptions = {}): Promise<PoolStatus> {
    return await this.#call("status", options, async ({ place }) => {
      const { statusOf } = await import("../cli/actions/pool/status.ts");
      return await statusOf(place);
    });
  }

  /**
   * Makes, finishes and removes instances until the pool is as its definition says. One process tends a pool at a time.
   * With `interval`, it goes on until `signal` aborts, and then returns; a failure of a round is an event, and
   * tried again in the next one.
   *
   * @throws {StateError} of kind `locked`, where another one tends it
   */
  async tend(options: TendOptions = {}): Promise<void> {
    await this.#call("tend", options, async ({ app, command }) => {
      const { tend } = await import("../cli/actions/pool/tend.ts");
      const values = valuesOf(command, { ...options, project: this.project });
      await tend(values as unknown as Parameters<typeof tend>[0], [this.name], app);
    });
  }

  /**
   * Runs a program in an instance of the pool, which is taken for it and given back, as `lxops pool run` does.
   *
   * ```ts
   * import { incus, open, Pool } from "@lxops/lxops";
   *
   * const pool = new Pool(open({ backend: incus }), "ci");
   * const { code } = await pool.run(["make", "test"], { waitForFree: "60s", cwd: "/src" });
   * ```
   *
   * @throws {LxopsError} as `acquire()` and `run()` do
   */
  async run(program: readonly string[], options: PoolRunOptions = {}): Promise<RunResult> {
    const { waitForFree, ...rest } = options;
    return await runWith(this.#client, options, async (input, app) => {
      const [{ run }, { runPooled }] = await Promise.all([
        import("../cli/commands/run/run.ts"),
        import("../cli/actions/pool/run.ts"),
      ]);
      const given = { ...rest, pool: this.name, project: this.project, poolWait: waitForFree };
      const values = { ...valuesOf(run, given), ...input };
      return await runPooled(program, values as unknown as Parameters<typeof runPooled>[1], app);
    });
  }

  /**
   * Removes the pool with its instances.
   *
   * @throws {StateError} where an instance of it has an owner, and `force` is absent
   */
  async destroy(options: DestroyPoolOptions = {}): Promise<void> {
    await this.#call("destroy", options, async ({ app, command }) => {
      const { destroy } = await import("../cli/actions/pool/empty.ts");
      const values = valuesOf(command, { ...options, project: this.project });
      await destroy(values as unknown as Parameters<typeof destroy>[0], [this.name], app);
    });
  }

  async #call<T>(
    name: string,
    options: CallOptions,
    work: (parts: PoolCall) => Promise<T>,
  ): Promise<T> {
    return await call(this.#client, options, async ({ app }) => {
      const [{ pool }, { poolAt }] = await Promise.all([
        import("../cli/commands/pool/pool.ts"),
        import("../cli/actions/pool/place.ts"),
      ]);
      const command = pool.commands.find((one) => one.name === name) as LeafCommand;
      return await work({ app, command, place: await poolAt(app, this.name, this.project) });
    });
  }
}

/** The parts that a call about a pool works with. */
interface PoolCall {
  readonly app: App;
  readonly command: LeafCommand;
  readonly place: PoolPlace;
}

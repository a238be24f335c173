/**
 * `pool tend`: keeps pools as their definitions say.
 *
 * @module
 */
import {
  ConfigError,
  EXIT,
  LxopsError,
  StateError,
  UnfilledError,
  UsageError,
} from "../../../base/errors.ts";
import { DEFINITION_KEYS, definitionName } from "../../../plan/pool/names.ts";
import { patchProfile } from "../../../plan/requests/instances.ts";
import { send } from "../../../step/build.ts";
import { decide, type Decision } from "../../../plan/pool/decide.ts";
import { poolStatus } from "../../../plan/pool/status.ts";
import { type NewCopy, planPool } from "../../../plan/pool/steps.ts";
import { definitionLock, poolLock } from "../../../run/lock/names.ts";
import { definitionsOf, observePool, type View } from "../../../run/pool/observe.ts";
import { sleep } from "../../../run/wait/pauses.ts";
import type { PoolRef } from "../../../step/pool.ts";
import type { App } from "../../command/app.ts";
import { errorText } from "../../output/output.ts";
import { durationOf } from "../run/time_limits.ts";
import { applyAll, optionsOf } from "./apply.ts";
import { copiesProblem, type CopyValues, newCopies } from "./copies.ts";
import { changes, poolAt, type PoolPlace, projectOf } from "./place.ts";

/** Values of the flags of commands that change pools. */
export interface PoolValues extends CopyValues {
  readonly project: string;
  readonly "dry-run": boolean;
  readonly parallel: number;
  readonly trace?: boolean;
}

/** The number of looks at a pool in one round; more than a pool ever needs. */
const LOOKS = 10;

/** The least number of instances that are made before a pool is looked at again: where one fails, no more are made. */
const BATCH = 8;

/** The longest pause after a failure, in seconds. */
const LONGEST_PAUSE = 30;

/** Time that commands wait for the tender of a pool, in seconds. */
export const TENDED_SECONDS = 60;

/** Time for takers, which have the pool's lock for a moment, in seconds. */
const TAKERS_SECONDS = 2;

/** `pool tend`. */
export async function tend(
  values: PoolValues & { readonly interval: string },
  operands: readonly string[],
  app: App,
): Promise<number> {
  const interval = durationOf("interval", values.interval);
  if (interval !== undefined && !changes(values)) {
    throw new UsageError("--interval goes on for ever; a dry run shows one round, without it");
  }
  if (values["copy-in"]?.length && operands.length !== 1) {
    throw new UsageError("--copy-in is for the new instances of one pool: name that pool");
  }
  const told = new Set<string>();
  for (let failures = 0;;) {
    const { error, unreadable } = await tendAll(values, operands, app, interval);
    const news = unreadable.filter(({ message }) => !told.has(message));
    for (const one of news) app.complain(errorText("lxops", one));
    // They do not become readable by being tried again, and the other pools go on without a pause.
    for (const { message } of news) told.add(message);
    if (interval === undefined || app.signal.aborted) {
      if (error) throw error;
      return unreadable[0]?.exitCode ?? EXIT.ok;
    }
    if (error) app.complain(errorText("lxops", error));
    // What failed would mostly fail again.
    failures = error ? failures + 1 : 0;
    const pause = Math.min(interval * 2 ** Math.min(failures, 16), Math.max(interval, LONGEST_PAUSE));
    await sleep(pause * 1000, app.signal);
    if (app.signal.aborted) return EXIT.ok;
  }
}

async function tendAll(
  values: PoolValues,
  operands: readonly string[],
  app: App,
  interval: number | undefined,
): Promise<{ readonly error?: LxopsError; readonly unreadable: readonly LxopsError[] }> {
  let first: LxopsError | undefined;
  const { places, unreadable } = await placesOf(values, operands, app);
  for (const place of places) {
    try {
      await tendPool(place, values, {
        lockSeconds: TAKERS_SECONDS,
        ...(interval === undefined ? {} : { interval }),
      });
    } catch (error) {
      if (!(error instanceof LxopsError) || app.signal.aborted) throw error;
      const told = await unfilled(place, error) ?? error;
      if (first) app.complain(errorText("lxops", told));
      first ??= told;
    }
  }
  return { ...(first ? { error: first } : {}), unreadable };
}

/** Returns the error about a pool that is not full after a failure; `undefined` where it is, or that was not looked at. */
async function unfilled({ app, ref }: PoolPlace, error: LxopsError): Promise<UnfilledError | undefined> {
  if (error instanceof UnfilledError || error instanceof StateError || error instanceof ConfigError) return;
  // The error tells of a daemon that does not answer.
  const view = await look(ref, app).catch(() => undefined);
  if (!view) return undefined;
  const { size, ready, enabled } = poolStatus(view.inventory);
  if (ready >= size || !enabled) return undefined;
  return new UnfilledError(
    `Pool "${ref.pool}" has ${ready} of ${size} instances: ${error.message}`,
    error.advice,
  );
}

async function placesOf(
  values: PoolValues,
  operands: readonly string[],
  app: App,
): Promise<{ readonly places: readonly PoolPlace[]; readonly unreadable: readonly LxopsError[] }> {
  if (operands.length > 0) {
    const places = await Promise.all(operands.map((one) => poolAt(app, one, values.project)));
    return { places, unreadable: [] };
  }
  const project = await projectOf(app, values.project);
  const { specs, unreadable } = definitionsOf(project, await (await app.server()).profiles(project));
  return { places: specs.map(({ pool }) => ({ app, ref: { project, pool } })), unreadable };
}

/** Options of tending. */
export interface TendOptions {
  /** The most instances that are made. */
  readonly limit?: number;
  /** Time to wait for another process that tends the pool. */
  readonly lockSeconds?: number;
  /** It is tended again after so many seconds, and so on. */
  readonly interval?: number;
  readonly quiet?: boolean;
}

/**
 * Looks at a pool and does what it needs, until it needs nothing.
 *
 * @throws {LxopsError} where a step failed, once all others are done
 */
export async function tendPool(
  { app, ref }: PoolPlace,
  values: Omit<PoolValues, "project">,
  options: TendOptions = {},
): Promise<void> {
  const copies = await newCopies(values, app);
  const isReal = changes(values);
  const wants = isReal ? [await poolLock(ref)] : [];
  if (isReal) await app.lock(wants, { command: "pool tend", seconds: options.lockSeconds ?? 0 });
  try {
    const batch = batchOf(values);
    for (let looks = 0, most = LOOKS; looks < most; looks++) {
      const view = await look(ref, app);
      if (looks === 0) await tellTakers(view, options.interval, app);
      const wanted = limited(decide(view.inventory), options.limit);
      const problem = copiesProblem(view.inventory.spec, wanted, copies);
      // Without the files of new instances, the rest is done.
      const whole = problem ? { ...wanted, create: 0, warm: [] } : wanted;
      if (looks === 0) most += Math.floor(whole.create / batch);
      // A dry run shows all of them.
      const decision = isReal ? { ...whole, create: Math.min(whole.create, batch) } : whole;
      const isDone = await carryOut(view, decision, { app, ref }, { ...values, ...options, copies });
      if (problem && (isDone || !isReal)) throw problem;
      if (isDone && isReal && view.making === undefined && options.limit === undefined) refuseEmpty(view);
      if (isDone || !isReal || options.limit !== undefined) return;
    }
    throw new StateError(
      `Pool "${ref.pool}" needs more after ${LOOKS} rounds: others change it at the same time`,
    );
  } finally {
    if (isReal) await app.unlock(wants);
  }
}

/** Returns the number of instances that are made before the pool is looked at again. */
export function batchOf({ parallel }: Pick<PoolValues, "parallel">): number {
  return Math.max(BATCH, parallel);
}

/** The shortest time for which takers rely on the tender of a pool, in milliseconds. */
const TENDED_MS = 60_000;

/** Notes in the definition of a pool that it is tended again and again, so that takers need not make up for what they take. */
async function tellTakers(
  { inventory: { spec, now }, tendedMs }: View,
  interval: number | undefined,
  app: App,
): Promise<void> {
  if (interval === undefined) return;
  const time = Math.max(TENDED_MS, 4000 * interval);
  if (tendedMs > time / 2) return;
  const config = { [DEFINITION_KEYS.tended]: new Date(now + time).toISOString() };
  const request = patchProfile(spec.project, definitionName(spec.pool), { config });
  const steps = [send(`Note that pool ${spec.pool} is tended`, request)];
  await applyAll(app, { first: steps, each: [] }, {
    ...optionsOf({ "dry-run": false, parallel: 1 }),
    quiet: true,
  });
}

/** Checks that a pool without an image, of which no more instances can be made, has enough of them. */
function refuseEmpty({ inventory }: View): void {
  const { size, ready, enabled, image, pool } = poolStatus(inventory);
  if (ready >= size || !enabled) return;
  throw new UnfilledError(`Pool "${pool}" has ${ready} of ${size} instances: there is no image "${image}"`, [
    `To name another one: lxops pool set ${pool} image=NAME`,
  ]);
}

/** Looks at a pool. */
export async function look(ref: PoolRef, app: App): Promise<View> {
  return await observePool(ref, { server: await app.server() });
}

function limited(decision: Decision, limit: number | undefined): Decision {
  if (limit === undefined) return decision;
  // A taker who waits wants the next instance, and nothing else.
  return {
    ...decision,
    create: decision.warm.length > 0 ? 0 : Math.min(decision.create, limit),
    retire: [],
    mark: [],
    forget: [],
  };
}

/** Carries out a decision, and tells whether there was nothing to do. */
async function carryOut(
  { inventory: { spec }, making }: View,
  decision: Decision,
  { app }: PoolPlace,
  values: Omit<PoolValues, "project"> & { readonly quiet?: boolean; readonly copies: readonly NewCopy[] },
): Promise<boolean> {
  const random = app.random();
  const each = planPool(decision, spec, making && { ...making, random }, values.copies);
  for (const text of decision.notes) app.complain(`note: ${text}`);
  if (each.length === 0 && changes(values)) return true;
  await applyAll(app, { first: [], each }, {
    ...optionsOf(values),
    random,
    ...(values.quiet ? { quiet: true } : {}),
  });
  return false;
}

/** Locks the definition of a pool, as far as something is changed. */
export async function lockDefinition(
  { app, ref }: PoolPlace,
  command: string,
  values: Pick<PoolValues, "dry-run">,
): Promise<void> {
  if (!changes(values)) return;
  await app.lock([await definitionLock(ref)], { command, seconds: TENDED_SECONDS });
}

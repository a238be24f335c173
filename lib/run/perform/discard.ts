/**
 * Removal of a throw-away instance, whether it runs, was only created, or is being deleted already.
 *
 * @module
 */
import { ServerError, StateError } from "../../base/errors.ts";
import { after } from "../../base/time/timer.ts";
import { KEPT_MARK, RUN_MARK } from "../../plan/instance/throw_away.ts";
import { deleteInstance, killInstance } from "../../plan/requests/instances.ts";
import type { InstanceRef, Request } from "../../ports/mod.ts";
import { sendUntilFree, untilFree } from "../wait/busy.ts";
import type { Run } from "./perform.ts";

/** Longest wait until the daemon has removed an instance that was killed. */
const GONE_MS = 30_000;

/**
 * A throw-away instance to remove; `runs`: a look has just shown that it belongs to its run and is running; `spares`:
 * one that was kept meanwhile stays; `seconds`: the longest wait for its end.
 */
interface Discard {
  readonly instance: InstanceRef;
  readonly mark: string;
  readonly runs?: boolean;
  readonly spares?: boolean;
  readonly seconds?: number;
}

/**
 * Removes an instance as `removed()` does. After its time limit, the daemon goes on alone, and the next sweep looks
 * whether the instance is gone.
 *
 * @throws {StateError} where it is still there after half a minute
 */
export async function discard(one: Discard, run: Run): Promise<void> {
  const { seconds, instance: { name } } = one;
  const removal = removed(one, run);
  if (seconds === undefined) return await removal;
  const late = Promise.withResolvers<"late">();
  const stop = after(seconds * 1000, () => late.resolve("late"));
  // A failure that comes too late is found by the next sweep.
  removal.catch(() => {});
  const end = await Promise.race([removal, late.promise]).finally(stop);
  if (end !== "late") return;
  const text = `the daemon still removes it after ${seconds} s; to make sure that it goes: lxops run --sweep`;
  run.report({ kind: "note", instance: name, text });
}

/**
 * Removes an instance that is still that of the run which made it; another one of its name stays.
 *
 * @throws {StateError} where it is still there after half a minute
 */
async function removed(
  { instance: ref, mark, runs = false, spares = false }: Discard,
  { controls: { server, control } }: Run,
): Promise<void> {
  // The removal is finished even if the command was interrupted.
  const signal = new AbortController().signal;
  const send = async (request: Request) => {
    try {
      await sendUntilFree(() => control.send(request, signal), signal);
      return undefined;
    } catch (error) {
      // What counts is whether it is gone, which is looked at next.
      if (!(error instanceof ServerError)) throw error;
      return error;
    }
  };
  let refusal: ServerError | undefined;
  // An ephemeral instance that was stopped is gone.
  if (runs && await send(killInstance(ref)) === undefined) return;
  const isGone = await untilFree(
    async () => {
      const info = await server.instance(ref);
      const gone = info === undefined || info.config[RUN_MARK] !== mark ||
        spares && info.config[KEPT_MARK] !== undefined;
      if (!gone && info.status !== "Stopped") refusal = await send(killInstance(ref));
      else if (!gone) refusal = await send(deleteInstance(ref));
      return { busy: !gone, outcome: () => gone };
    },
    signal,
    GONE_MS,
  );
  if (isGone) return;
  throw new StateError(
    `Instance "${ref.name}" is still there${refusal === undefined ? "" : `: ${refusal.message}`}`,
    { kind: "state", advice: ["To remove what runs have left: lxops run --sweep"] },
  );
}

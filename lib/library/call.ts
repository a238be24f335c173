/**
 * Makes the app of one call of a program: an app with functions of the program instead of the standard streams, the signal that
 * ends it, its locks and its connections.
 *
 * @module
 */
import { InterruptedError } from "../base/errors.ts";
import { after } from "../base/time/timer.ts";
import type { App, GlobalOptions } from "../cli/command/app.ts";
import { Hidden } from "../cli/output/hidden.ts";
import { Interruption } from "../cli/output/interruption.ts";
import { composeApp, type Run } from "../compose/app.ts";
import { addressOf } from "../compose/daemon.ts";
import type { Locks } from "../run/lock/locks.ts";
import { asLxopsError } from "../run/unexpected.ts";
import { type Client, hostOf } from "./client.ts";
import type { CallEvent } from "./events.ts";
import type { CallOptions } from "./options.ts";
import { callSurroundings, type Taken } from "./surroundings.ts";

/** Time for giving up locks at the end, and after an interrupt. */
const RELEASE_MS = 10_000;
const HURRY_MS = 1000;

/** The app of a call, and the results that the call collects. */
export interface Call {
  readonly app: App;
  readonly taken: Taken;
}

/** Does the work of a call, gives its locks up, and closes its connections. */
export async function call<T>(
  client: Client,
  { signal, onEvent = () => {} }: CallOptions,
  work: (call: Call) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw interrupted(signal);
  const events = new Events(onEvent);
  const interruption = new Interruption(() => {});
  const hidden = new Hidden();
  const taken: Taken = { printed: [], addresses: new Map(), onProgram: undefined };
  const run: Run = {
    backend: client.backend,
    host: hostOf(client),
    program: client.backend.program,
    surroundings: callSurroundings(events.tell, hidden, taken),
    formats: client.formats ?? [],
    interruption,
    opened: [],
    locks: {},
    hidden,
    told: new Set(),
  };
  const stop = () => interruption.interruptBy(interrupted(signal!));
  signal?.addEventListener("abort", stop, { once: true });
  let working: Promise<unknown> = Promise.resolve();
  try {
    const { https } = client;
    const known = https === undefined ? undefined : addressOf({ ...https, remote: https.url });
    const app = composeApp(run, globalsOf(client), known);
    const doing = work({ app, taken });
    working = doing;
    const result = await interruption.unlessLeft(doing);
    events.rethrow();
    return result;
  } catch (error) {
    throw events.isOwn(error) ? error : asLxopsError(error);
  } finally {
    signal?.removeEventListener("abort", stop);
    await end(run, working);
  }
}

/**
 * Gives the locks of a call up and closes its connections. Work that was abandoned may still run: it gets no locks, and
 * the connections that it opens are closed, too.
 */
async function end(
  { locks, opened, interruption: { signal } }: Run,
  working: Promise<unknown>,
): Promise<void> {
  const close = () => opened.splice(0).forEach((connection) => connection.close());
  locks.isOver = true;
  const { rest } = await (await locks.all)?.release(signal.aborted ? HURRY_MS : RELEASE_MS) ?? {};
  if (rest === undefined) {
    close();
    working.then(close, close);
    return;
  }
  giveUpLater(await locks.all, Promise.allSettled([rest, working])).then(close, close);
}

/**
 * Gives up in the background what the daemon did not delete: the process goes on, so that no other lxops would take the
 * holder of these locks for dead.
 */
async function giveUpLater(locks: Locks | undefined, first: Promise<unknown>): Promise<void> {
  await Promise.race([first, pause(RELEASE_MS)]);
  for (let ms = FIRST_PAUSE_MS; locks && ms <= LONGEST_PAUSE_MS; ms *= 2) {
    await pause(ms);
    if (!(await locks.release(RELEASE_MS)).rest) return;
  }
}

/** Pauses between two tries to give up a lock that the daemon did not delete; a program waits for them before it ends. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8000;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void after(ms, resolve));
}

function interrupted(signal: AbortSignal): InterruptedError {
  return new InterruptedError("Interrupted", [], { cause: signal.reason });
}

function globalsOf({ socket = "", remote = "", project, strict = false }: Client): GlobalOptions {
  return { socket, remote, http: false, unix: false, strict, ...(project === undefined ? {} : { project }) };
}

/** The events of a call, which are passed on to a program. Its first error is kept for the end of the call. */
class Events {
  readonly #onEvent: (event: CallEvent) => void;
  #thrown: { readonly error: unknown } | undefined;

  constructor(onEvent: (event: CallEvent) => void) {
    this.#onEvent = onEvent;
  }

  readonly tell = (event: CallEvent): void => {
    try {
      this.#onEvent(event);
    } catch (error) {
      this.#thrown ??= { error };
    }
  };

  rethrow(): void {
    if (this.#thrown) throw this.#thrown.error;
  }

  /** Tells whether an error is the program's. */
  isOwn(error: unknown): boolean {
    return this.#thrown !== undefined && this.#thrown.error === error;
  }
}

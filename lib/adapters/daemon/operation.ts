/**
 * Requests that change something, and the background operations that they may start. The daemons report a failed
 * operation in three ways; this module handles all of them.
 *
 * @module
 */
import type { OnProgress } from "../../ports/copy.ts";
import * as z from "zod/mini";
import { ServerError, TimeoutError } from "../../base/errors.ts";
import type { Request } from "../../ports/mod.ts";
import { type Answer, ask, exchange, limited, READ_LIMIT_MS, readAs, refusal } from "../transport/answer.ts";
import type { Call, Endpoint } from "../transport/endpoint.ts";
import { tellSlow } from "../transport/http.ts";
import { after } from "../transport/timer.ts";
import { delay, interruption, startGrace } from "./interrupt.ts";
import { watchProgress } from "./progress.ts";
import { waitPath } from "./requests.ts";

/** A background operation as the daemon describes it. */
export interface Operation {
  readonly id: string;
  readonly code: number;
  readonly error: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Status codes of operations. */
export const OPERATION = { success: 200, failure: 400, cancelled: 401 } as const;

/** The time that an interrupted lxops waits for the daemon's answer to a request. */
const GRACE_MS = 1000;

/**
 * The time that a daemon has to answer a change, which it does when it has begun with it; changes that it carries out
 * before it answers, such as that of a profile, take some seconds for each instance that runs.
 */
const CHANGE_LIMIT_MS = 300_000;

/** The time that the daemon waits in one request, so that a daemon that hangs is detected. */
const WAIT_SECONDS = 60;

const operationSchema = z.object({
  id: z.string(),
  status_code: z.number(),
  err: z.nullish(z.string()),
  metadata: z.nullish(z.record(z.string(), z.unknown())),
});

/**
 * Sends a request, awaits its operation, and returns the operation's or the answer's metadata. After an interrupt, if
 * the daemon continues, lxops waits up to `settleMs` for the end.
 */
export async function send(
  endpoint: Endpoint,
  request: Request,
  signal: AbortSignal,
  onProgress?: OnProgress,
  settleMs = 0,
): Promise<unknown> {
  signal.throwIfAborted();
  const name = `${request.method} ${request.path}`;
  const answer = await askWithGrace(endpoint, jsonCall(request), signal);
  if (answer.type === "sync") return answer.metadata;
  const path = operationPath(endpoint, name, answer);
  const progress = onProgress === undefined ? undefined : watchProgress(endpoint, path, onProgress);
  const told = tellSlow(endpoint, `${endpoint.title} works on ${name}`);
  try {
    const operation = await awaitOperation(endpoint, name, path, signal, settleMs);
    if (operation.code !== OPERATION.success) throw operationFailure(endpoint, name, operation);
    return operation.metadata;
  } finally {
    progress?.stop();
    told();
  }
}

/** Returns the call that carries a request's body as JSON. */
export function jsonCall(request: Request): Call {
  const { method, path, body } = request;
  if (body === undefined) return { method, path };
  return { method, path, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
}

/**
 * Sends a request and gives up only some time after the signal: without the answer, lxops could not cancel the
 * operation that the request may have started.
 */
export async function askWithGrace(
  endpoint: Endpoint,
  request: Call,
  signal: AbortSignal,
  limitMs = CHANGE_LIMIT_MS,
): Promise<Answer> {
  const grace = startGrace(signal, GRACE_MS);
  const late = new AbortController();
  const stop = after(limitMs, () => late.abort(unanswered(endpoint, request, limitMs)));
  try {
    return await ask(endpoint, { ...request, signal: AbortSignal.any([grace.signal, late.signal]) });
  } catch (error) {
    if (!grace.signal.aborted) throw error;
    const left = `${endpoint.title} may still carry out ${request.method} ${request.path}`;
    throw interruption(signal, left, true);
  } finally {
    stop();
    grace.stop();
  }
}

function unanswered(endpoint: Endpoint, { method, path }: Call, limitMs: number): TimeoutError {
  return new TimeoutError(
    `${endpoint.title} at "${endpoint.address}" did not answer ${method} ${path} within ${
      limitMs / 1000
    } s; ` +
      "whether it will carry it out is unknown",
    [`Another task may block the daemon; its log tells more: journalctl -u ${endpoint.service}`],
    { unsettled: true },
  );
}

/** Returns the path of the operation that an answer of type `async` names. */
export function operationPath(endpoint: Endpoint, request: string, answer: Answer): string {
  if (/^\/1\.0\/operations\/[\w-]+(\?.*)?$/.test(answer.operation)) return answer.operation;
  throw new ServerError(
    `${endpoint.title} named no operation in its answer to ${request}: "${answer.operation}"`,
    { status: answer.status, request },
  );
}

/**
 * Waits as `waitForEnd()` does; when the signal aborts, cancels the operation where possible and waits up to
 * `settleMs` for its end.
 */
export async function awaitOperation(
  endpoint: Endpoint,
  request: string,
  path: string,
  signal: AbortSignal,
  settleMs = 0,
): Promise<Operation> {
  const stop = new AbortController();
  const interrupted = Promise.withResolvers<never>();
  const onAbort = () =>
    cancel(endpoint, request, path, signal).catch(async (error) => {
      // An end that arrives in this time takes precedence.
      if (settleMs > 0) await delay(settleMs, stop.signal).catch(() => {});
      interrupted.reject(error);
    });
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const end = waitForEnd(endpoint, request, path, stop.signal);
    const operation = await Promise.race([end, interrupted.promise]);
    if (!signal.aborted || operation.code === OPERATION.success) return operation;
    throw interruption(signal, `${endpoint.title} gave up ${request}: ${operation.error || "cancelled"}`);
  } finally {
    signal.removeEventListener("abort", onAbort);
    stop.abort();
  }
}

/** Returns the error of an operation that failed. */
export function operationFailure(endpoint: Endpoint, request: string, operation: Operation): ServerError {
  if (operation.code === OPERATION.cancelled && operation.error === "") {
    return refusal(endpoint, request, operation.code, "The operation was cancelled");
  }
  return refusal(endpoint, request, operation.code, operation.error);
}

/** Waits until an operation has ended, with success or failure. */
export async function waitForEnd(
  endpoint: Endpoint,
  request: string,
  path: string,
  signal: AbortSignal,
): Promise<Operation> {
  for (let pause = 10;; pause = Math.min(2 * pause, 1000)) {
    const operation = await waitOnce(endpoint, request, path, signal);
    // Codes below 200 mean that the operation still runs; a daemon may limit the length of one wait.
    if (operation.code >= OPERATION.success) return operation;
    await delay(pause, signal);
  }
}

async function waitOnce(
  endpoint: Endpoint,
  request: string,
  path: string,
  signal: AbortSignal,
): Promise<Operation> {
  const wait = waitPath(path, WAIT_SECONDS);
  const answer = await unlessLost(endpoint, request, signal, wait);
  if (answer.type !== "error") return toOperation(endpoint, `GET ${wait}`, answer.metadata);
  // Incus 6.0 answers with an error that lacks the operation's metadata, such as an exit code: the operation
  // itself has it, for the few seconds that the daemon still knows it.
  const later = await unlessLost(endpoint, request, signal, path);
  if (later.type !== "error") return toOperation(endpoint, `GET ${path}`, later.metadata);
  if (answer.status === 404) throw lostOperation(endpoint, request);
  throw refusal(endpoint, request, answer.status, answer.error);
}

async function unlessLost(
  endpoint: Endpoint,
  request: string,
  signal: AbortSignal,
  path: string,
): Promise<Answer> {
  try {
    return await limited(endpoint, path, WAIT_SECONDS * 1000 + READ_LIMIT_MS, async (limit) => {
      const both = AbortSignal.any([signal, limit]);
      return await exchange(endpoint, { method: "GET", path, signal: both });
    });
  } catch (error) {
    if (!(error instanceof ServerError) || error.status !== 0 || signal.aborted) throw error;
    throw lostOperation(endpoint, request);
  }
}

async function cancel(
  endpoint: Endpoint,
  request: string,
  path: string,
  signal: AbortSignal,
): Promise<never> {
  const limit = AbortSignal.timeout(GRACE_MS);
  try {
    await ask(endpoint, { method: "DELETE", path, signal: limit });
  } catch {
    // Most operations cannot be cancelled; lxops ends nevertheless.
    throw interruption(signal, leftRunning(endpoint, request), true);
  }
  throw interruption(signal, `${endpoint.title} was told to cancel ${request}`, true);
}

/** Actions on an instance by the form of their requests. */
const ACTIONS: readonly (readonly [form: RegExp, words: string])[] = [
  [/^PUT \/1\.0\/instances\/([^/?]+)\/state/, "still changes the state of instance"],
  [/^DELETE \/1\.0\/instances\/([^/?]+)(\?|$)/, "still deletes instance"],
  [/^POST \/1\.0\/instances\/([^/?]+)\/rebuild/, "still rebuilds instance"],
];

/** Returns the note about the work that the daemon still does after an interruption. */
function leftRunning({ title }: Endpoint, request: string): string {
  const known = ACTIONS.flatMap(([form, words]) => {
    const name = form.exec(request)?.[1];
    return name === undefined ? [] : `${words} "${decodeURIComponent(name)}"`;
  });
  const creates = /^POST \/1\.0\/instances(\?|$)/.test(request) ? "still creates the instance" : undefined;
  return `${title} ${known[0] ?? creates ?? `still carries out ${request}`}; that cannot be called back`;
}

function lostOperation(endpoint: Endpoint, request: string): ServerError {
  const what = /\/exec(\?|$)/.test(request)
    ? "The program may still run in the instance"
    : "Look at the instance before you try again: it may be half made, and deleting it works";
  const message = `${endpoint.title} stopped or restarted during ${request}; its outcome is unknown`;
  return new ServerError(message, {
    request,
    advice: [what, ...endpoint.advice],
  });
}

function toOperation(endpoint: Endpoint, request: string, value: unknown): Operation {
  const { id, status_code, err, metadata } = readAs(endpoint, request, operationSchema, value);
  return { id, code: status_code, error: err ?? "", metadata: metadata ?? {} };
}

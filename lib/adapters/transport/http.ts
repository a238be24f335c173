/**
 * Requests to a daemon. Every failure of the transport becomes a `ServerError` here, so that no other module has to
 * handle a `TypeError: fetch failed`.
 *
 * @module
 */
import { concat } from "../../base/bytes.ts";
import { LxopsError, ServerError, TimeoutError } from "../../base/errors.ts";
import { inTime, piecesOf, StalledError } from "./body.ts";
import type { Call, Endpoint, Reply } from "./endpoint.ts";
import { after } from "./timer.ts";

/** The time between notes about something that lxops waits for. */
const TELL_MS = 30_000;

/** Tells the user at intervals that lxops still waits, until the returned function is called. */
export function tellSlow({ tell }: Endpoint, what: string): () => void {
  if (!tell) return () => {};
  let seconds = 0;
  let stop = () => {};
  const again = () => {
    stop = after(TELL_MS, () => {
      seconds += TELL_MS / 1000;
      tell(`${what}, for ${seconds} s`);
      again();
    });
  };
  again();
  return () => stop();
}

/** Sends one request and returns the response with its body unread. */
export async function call(endpoint: Endpoint, request: Call): Promise<Reply> {
  const { method, path, body, headers, signal } = request;
  const init: RequestInit = { method };
  if (body !== undefined) init.body = body;
  if (headers !== undefined) init.headers = { ...headers };
  if (signal !== undefined) init.signal = signal;
  // The wait for an operation has a note of its own.
  const told = WAITS.test(path)
    ? () => {}
    : tellSlow(endpoint, `${endpoint.title} at "${endpoint.address}" has not answered ${method} ${path}`);
  try {
    return await endpoint.fetch(path, init);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw connectionError(endpoint, `${method} ${path}`, error);
  } finally {
    told();
  }
}

const WAITS = /^\/1\.0\/operations\/[^/]+\/wait/;

/** Streams the body of a response; its failures are `ServerError`s. */
export async function* bodyOf(
  endpoint: Endpoint,
  request: string,
  response: Reply,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (!response.body) return;
  try {
    yield* piecesOf(response.body);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw connectionError(endpoint, request, error);
  }
}

/** Reads a body; `undefined` where it is larger than the limit. */
export async function readLimited(
  endpoint: Endpoint,
  request: string,
  response: Reply,
  signal: AbortSignal,
  limitMib: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bodyOf(endpoint, request, response, signal)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limitMib * 1024 * 1024) return undefined;
  }
  return concat(chunks);
}

/** The longest text that is read of an answer. */
const TEXT_LIMIT = 256 * 1024 * 1024;

/** Reads the whole body of a response as text. */
export async function bodyText(
  endpoint: Endpoint,
  request: string,
  response: Reply,
  signal?: AbortSignal,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    if (response.text && isShort(response)) return await inTime(response.text());
    if (!response.body) return "";
    for await (const bytes of piecesOf(response.body)) {
      if (text.length + bytes.length > TEXT_LIMIT) throw new Error("an answer of more than 256 MiB");
      text += decoder.decode(bytes, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw connectionError(endpoint, request, error);
  }
}

/** The length up to which a body is read at once. */
const SHORT = 1024 * 1024;

/** Returns true for a response with a short length; a chunked or compressed one can have any. */
function isShort({ headers }: Reply): boolean {
  const length = headers.get("content-length");
  return length !== null && Number(length) <= SHORT && headers.get("content-encoding") === null;
}

/** Turns a failure of the transport into an error that says whether the daemon was reached at all. */
export function connectionError(
  endpoint: Endpoint,
  request: string,
  error: unknown,
): LxopsError {
  // Errors of certificates, and of a body that is sent, have their messages already.
  if (error instanceof LxopsError) return error;
  if (error instanceof StalledError) {
    return new TimeoutError(
      `${endpoint.title} at "${endpoint.address}" stopped in the middle of its answer to ${request}: ` +
        error.message,
      endpoint.advice,
    );
  }
  const reason = innermost(error);
  if (/\(Connect\)/.test(reason) || isConnectError(error)) {
    return new ServerError(
      `Cannot reach ${endpoint.title.replace(/^The /, "the ")} at "${endpoint.address}": ${tail(reason)}`,
      {
        request,
        advice: endpoint.advice,
      },
    );
  }
  return brokenConnection(endpoint, request, tail(reason));
}

/** Returns the error of a connection that broke during a request; the outcome of the request is unknown. */
export function brokenConnection(endpoint: Endpoint, request: string, reason: string): ServerError {
  const looking = request.startsWith("GET ");
  const state = looking ? "" : "; whether it was carried out is unknown";
  const advice = looking ? endpoint.advice : [
    `Look at the instance before you try again: what ${endpoint.title} had begun may be half done`,
    ...endpoint.advice,
  ];
  const message =
    `${endpoint.title} at "${endpoint.address}" broke the connection during ${request} (${reason})`;
  return new ServerError(message + state, { request, advice });
}

function isConnectError(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.ConnectionRefused ||
    error instanceof Deno.errors.PermissionDenied;
}

// fetch() reports `fetch failed` and hides the reason in its cause.
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? innermost(error.cause) : error.message;
}

// `error sending request for url (...): client error (Connect): Connection refused (os error 111)`
function tail(reason: string): string {
  const text = reason.split("): ").at(-1) ?? reason;
  return text.replace(/ \(os error \d+\)$/, "");
}

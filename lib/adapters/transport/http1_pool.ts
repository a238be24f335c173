/**
 * The connections to one daemon. One is opened only for a request that is written at once, since a daemon looks
 * at a connection's first bytes before it accepts the next one; one that has served stays for a moment, for
 * the request that most often follows.
 *
 * @module
 */
import type { Reply, Stream } from "./http.ts";
import { Http1Connection, type Http1Request } from "./http1.ts";
import { after } from "./timer.ts";

/** Long enough for the next of several requests, and too short to hold up a daemon that stops. */
const IDLE_MS = 50;

/** The connections to one daemon. */
export class Http1Pool {
  readonly #dial: () => Promise<Stream>;
  /** Those that wait for a request, the last used at the end, with their wait. */
  readonly #idle: Idle[] = [];
  readonly #open = new Set<Http1Connection>();

  readonly #silenceMs: number | undefined;

  /** `silenceMs` is how long the daemon may be silent in the middle of an answer. */
  constructor(dial: () => Promise<Stream>, silenceMs?: number) {
    this.#dial = dial;
    this.#silenceMs = silenceMs;
  }

  /** Sends a request as `fetch()` does: an abort of the signal rejects with its reason, also while the body is read. */
  async fetch(path: string, init: RequestInit): Promise<Reply> {
    const request = toRequest(path, init);
    const signal = init.signal ?? undefined;
    signal?.throwIfAborted();
    const idle = this.#takeIdle();
    if (idle === undefined) return await this.#exchange(await this.#connect(signal), request, signal);
    try {
      return await this.#exchange(idle, request, signal);
    } catch (error) {
      // The daemon may have ended what was idle. Looking once more does no harm; changing might.
      if (idle.answered || request.method !== "GET" || signal?.aborted) throw error;
    }
    return await this.#exchange(await this.#connect(signal), request, signal);
  }

  /** Ends all connections. */
  close(): void {
    for (const { stop } of this.#idle.splice(0)) stop();
    for (const connection of this.#open) connection.close();
    this.#open.clear();
  }

  async #connect(signal: AbortSignal | undefined): Promise<Http1Connection> {
    const connection = new Http1Connection(await this.#dial(), this.#silenceMs);
    this.#open.add(connection);
    if (signal?.aborted) this.#drop(connection);
    signal?.throwIfAborted();
    return connection;
  }

  async #exchange(
    connection: Http1Connection,
    request: Http1Request,
    signal: AbortSignal | undefined,
  ): Promise<Reply> {
    const onAbort = () => this.#drop(connection);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      return await connection.exchange(request, (reusable) => {
        signal?.removeEventListener("abort", onAbort);
        if (reusable && this.#open.has(connection)) this.#keep(connection);
        else this.#drop(connection);
      });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  }

  #keep(connection: Http1Connection): void {
    const forget = () => {
      const at = this.#idle.findIndex((one) => one.connection === connection);
      if (at >= 0) this.#idle.splice(at, 1);
    };
    const stop = after(IDLE_MS, () => {
      forget();
      this.#drop(connection);
    });
    this.#idle.push({ connection, stop });
  }

  #takeIdle(): Http1Connection | undefined {
    const idle = this.#idle.pop();
    idle?.stop();
    return idle?.connection;
  }

  #drop(connection: Http1Connection): void {
    this.#open.delete(connection);
    connection.close();
  }
}

interface Idle {
  readonly connection: Http1Connection;
  /** Ends the wait. */
  readonly stop: () => void;
}

function toRequest(path: string, { method, headers, body }: RequestInit): Http1Request {
  const base = { method: method ?? "GET", path, headers: { ...headers as Record<string, string> } };
  if (body === undefined || body === null) return base;
  if (typeof body === "string") return { ...base, body: new TextEncoder().encode(body) };
  if (body instanceof Uint8Array || body instanceof ReadableStream) return { ...base, body };
  throw new TypeError("A body is text, bytes or a stream of bytes");
}

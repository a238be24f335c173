/**
 * The daemons' REST API over their unix socket, raw: the test bed depends neither on a client program nor on
 * the code that it serves to test.
 *
 * @module
 */
import { ServerError } from "../../lib/base/errors.ts";

// An address that no NO_PROXY lists: Deno would connect to the host of the URL instead of the socket.
const BASE = "http://[100::1]";

/** A connection to one daemon. */
export interface Rest extends Disposable {
  /** Sends a request, awaits its operation where it starts one, and returns the answer's or operation's metadata. */
  send(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Reads a file of an instance, or of the daemon. */
  text(path: string): Promise<string>;
  /** Sends bytes, as an image, with headers. */
  upload(path: string, body: BodyInit, headers: Record<string, string>): Promise<unknown>;
}

interface Answer {
  readonly type: string;
  readonly metadata?: Record<string, unknown>;
  readonly operation?: string;
  readonly error?: string;
  readonly error_code?: number;
}

/** Connects to the daemon's socket; each request has its own time. */
export function connect(socket: string, timeoutMs = 120_000): Rest {
  const client = Deno.createHttpClient({
    proxy: { transport: "unix", path: socket },
    // A pool opens connections that it does not use, which block the daemon for all other clients.
    poolMaxIdlePerHost: 0,
  });

  async function request(method: string, path: string, init: RequestInit): Promise<unknown> {
    const response = await fetch(`${BASE}${path}`, {
      ...init,
      method,
      client,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    const answer = (text ? JSON.parse(text) : { type: "sync" }) as Answer;
    if (answer.type === "error") {
      throw new ServerError(answer.error ?? "unknown error", {
        status: answer.error_code ?? response.status,
        request: `${method} ${path}`,
      });
    }
    if (answer.type !== "async") return answer.metadata;
    return await wait(answer.operation ?? "", `${method} ${path}`);
  }

  async function wait(operation: string, what: string): Promise<unknown> {
    const response = await fetch(`${BASE}${operation}/wait`, { client });
    const answer = await response.json() as Answer;
    const failed = answer.type === "error" ? answer.error : answer.metadata?.["err"];
    if (failed) {
      throw new ServerError(String(failed), {
        status: Number(answer.metadata?.["status_code"] ?? 500),
        request: what,
      });
    }
    return answer.metadata?.["metadata"];
  }

  return {
    send: (method, path, body) =>
      request(method, path, body === undefined ? {} : { body: JSON.stringify(body) }),
    text: async (path) => {
      const response = await fetch(`${BASE}${path}`, { client });
      if (!response.ok) {
        throw new ServerError(await response.text(), { status: response.status, request: `GET ${path}` });
      }
      return await response.text();
    },
    upload: (path, body, headers) => request("POST", path, { body, headers }),
    [Symbol.dispose]: () => client.close(),
  };
}

/**
 * The connection to one daemon as the rest of the adapters sees it, over a unix socket or over HTTPS.
 *
 * @module
 */

/** A daemon that requests can be sent to. */
export interface Endpoint {
  /** Display name of the daemon, `Incus`. */
  readonly title: string;
  /** Name of its systemd unit, for advice. */
  readonly service: string;
  /** Address of the daemon for messages: a socket path or a URL. */
  readonly address: string;
  /** Sends one request to a path of the API. */
  readonly fetch: (path: string, init: RequestInit) => Promise<Reply>;
  /** Opens a raw connection, for a websocket. */
  readonly dial: () => Promise<Stream>;
  readonly close: () => void;
  /** Advice for the user when the daemon cannot be reached. */
  readonly advice: readonly string[];
  /** Tells the user what lxops waits for. */
  readonly tell?: Tell;
}

/** Tells the user something about the connection. */
export type Tell = (text: string) => void;

/** The parts of a `Response` that are used. A body that is not read must be cancelled. */
export type Reply = Pick<Response, "status" | "ok" | "body"> & {
  readonly headers: Pick<Headers, "get">;
  /** Reads the body at once, which is cheaper than piece by piece. */
  readonly text?: () => Promise<string>;
};

/** The parts of a connection that are used. */
export type Stream = Pick<Deno.Conn, "read" | "write" | "close">;

/** A request; the body is JSON text or bytes. */
export interface Call {
  readonly method: string;
  /** Path of the API with its query. */
  readonly path: string;
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

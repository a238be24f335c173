/**
 * A client of the daemon's websockets. It is not Deno's own, which loses output: the daemons ping each websocket of an
 * exec when it opens, and where Deno's client cannot write the pong, because a short program has ended already, it
 * drops all that it has received and not yet delivered. `ws` from npm does the same.
 *
 * @module
 */
import { ServerError, TimeoutError } from "../../base/errors.ts";
import { refusal } from "./answer.ts";
import { encodeFrame, type Frame, FrameReader, OPCODE } from "./frames.ts";
import type { Endpoint, Stream } from "./endpoint.ts";
import { after } from "./timer.ts";
import { connectionError } from "./http.ts";

/** Receives bytes, or a text message as a string. */
export type OnMessage = (data: Uint8Array | string) => void;

/** An open websocket. */
export interface Channel {
  /**
   * Resolves when either side has closed the connection and all received data was delivered; rejects with the
   * receiver's error. The daemons close without a close frame, so none is expected.
   */
  readonly ended: Promise<void>;
  /** Sends a message; resolves to whether the other side took it. */
  send(data: string | Uint8Array): Promise<boolean>;
  close(): void;
}

const HEAD_LIMIT = 65536;
/** The time that the daemon has to open a websocket. */
const OPEN_LIMIT_MS = 30_000;
/** The largest text message, over all of its frames. */
const TEXT_LIMIT = 16 * 1024 * 1024;

/** Opens a websocket at a path of the API; throws a `ServerError` where the daemon refuses it. */
export async function openChannel(
  endpoint: Endpoint,
  path: string,
  onMessage: OnMessage,
  limitMs = OPEN_LIMIT_MS,
): Promise<Channel> {
  const strange = (error: unknown) => connectionError(endpoint, `GET ${path}`, error);
  const { connection, rest } = await upgrade(endpoint, path, websocketHeaders(), {
    limitMs,
    what: "websocket",
  });
  return startChannel(connection, rest, onMessage, strange);
}

/** A connection that the daemon has upgraded to another protocol, and the bytes that came behind its answer. */
export interface Upgraded {
  readonly connection: Stream;
  readonly rest: Uint8Array;
}

/** Details of a request for another protocol. */
export interface UpgradeOptions {
  readonly limitMs?: number;
  /** The word for such a connection, in messages. */
  readonly what?: string;
  readonly method?: "GET" | "POST";
  readonly body?: string;
  /** Closes the connection. */
  readonly signal?: AbortSignal;
}

/** Opens a connection in another protocol at a path of the API; throws a `ServerError` where the daemon refuses it. */
export async function upgrade(
  endpoint: Endpoint,
  path: string,
  headers: readonly string[],
  { limitMs = OPEN_LIMIT_MS, what = "connection", method = "GET", body = "", signal }: UpgradeOptions = {},
): Promise<Upgraded> {
  const request = `${method} ${path}`;
  const connection = await dial(endpoint, request);
  let late: TimeoutError | undefined;
  const stop = after(limitMs, () => {
    late = new TimeoutError(
      `${endpoint.title} at "${endpoint.address}" opened no ${what} within ${limitMs / 1000} s (${request})`,
    );
    close(connection);
  });
  try {
    signal?.addEventListener("abort", () => close(connection), { once: true });
    signal?.throwIfAborted();
    const head = [`${request} HTTP/1.1`, "Host: lxops", "Connection: Upgrade", ...headers, "", body].join(
      "\r\n",
    );
    await writeAll(connection, new TextEncoder().encode(head));
    return { connection, rest: await readUpgrade(endpoint, request, connection) };
  } catch (error) {
    close(connection);
    throw late ?? (error instanceof ServerError ? error : connectionError(endpoint, request, error));
  } finally {
    stop();
  }
}

async function dial(endpoint: Endpoint, request: string): Promise<Stream> {
  try {
    return await endpoint.dial();
  } catch (error) {
    throw connectionError(endpoint, request, error);
  }
}

// The protocol's key guards against caches in between, of which a socket has none.
function websocketHeaders(): readonly string[] {
  const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  return ["Upgrade: websocket", `Sec-WebSocket-Key: ${key}`, "Sec-WebSocket-Version: 13"];
}

/** Reads the answer to the upgrade and returns the bytes that came behind it. */
async function readUpgrade(endpoint: Endpoint, request: string, connection: Stream): Promise<Uint8Array> {
  const buffer = new Uint8Array(HEAD_LIMIT);
  let size = 0;
  let text = "";
  while (!text.includes("\r\n\r\n")) {
    const count = size === HEAD_LIMIT ? null : await connection.read(buffer.subarray(size));
    if (count === null) throw new Error("connection closed before message completed");
    size += count;
    text = latin1(buffer.subarray(0, size));
  }
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(text)?.[1] ?? 0);
  const end = text.indexOf("\r\n\r\n") + 4;
  if (status === 101) return buffer.slice(end, size);
  const words = /"error":\s*("(?:[^"\\]|\\.)*")/.exec(text.slice(end))?.[1];
  throw refusal(endpoint, request, status, words === undefined ? "No websocket there" : JSON.parse(words));
}

function startChannel(
  connection: Stream,
  rest: Uint8Array,
  onMessage: OnMessage,
  strange: (error: unknown) => Error,
): Channel {
  let writing: Promise<boolean> = Promise.resolve(true);
  const write = (opcode: number, payload: Uint8Array): Promise<boolean> => {
    // A failed write ends the writing only: data that the daemon sent before can still be read.
    writing = writing.then(async (open) => {
      if (!open) return false;
      try {
        await writeAll(connection, encodeFrame(opcode, payload));
        return true;
      } catch {
        return false;
      }
    });
    return writing;
  };
  const reader = new FrameReader();
  const framesOf = (chunk: Uint8Array): readonly Frame[] => {
    try {
      return reader.push(chunk);
    } catch (error) {
      throw strange(error);
    }
  };
  const onPing = (payload: Uint8Array) => write(OPCODE.pong, payload);
  const ended = readMessages(connection, rest, framesOf, onMessage, onPing);
  // The rejection is handled where the end is awaited; it must not crash the process.
  ended.catch(() => {});
  return {
    ended,
    send: (data) =>
      typeof data === "string"
        ? write(OPCODE.text, new TextEncoder().encode(data))
        : write(OPCODE.binary, data),
    close: () => close(connection),
  };
}

async function readMessages(
  connection: Stream,
  rest: Uint8Array,
  framesOf: (chunk: Uint8Array) => readonly Frame[],
  onMessage: OnMessage,
  onPing: (payload: Uint8Array) => void,
): Promise<void> {
  const messages = new Messages(onMessage);
  const buffer = new Uint8Array(65536);
  try {
    for (let chunk: Uint8Array | undefined = rest; chunk; chunk = await readChunk(connection, buffer)) {
      for (const frame of framesOf(chunk)) {
        if (frame.opcode === OPCODE.close) return;
        if (frame.opcode === OPCODE.ping) onPing(frame.payload);
        else messages.take(frame);
      }
    }
  } finally {
    close(connection);
  }
}

/** Reads the next bytes; returns `undefined` at the end or after a reset of the connection. */
async function readChunk(connection: Stream, buffer: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const count = await connection.read(buffer);
    return count === null ? undefined : buffer.subarray(0, count);
  } catch {
    return undefined;
  }
}

// Bytes are passed on as they come; a text is a message, so that its fragments are collected.
class Messages {
  readonly #onMessage: OnMessage;
  #opcode: number = OPCODE.binary;
  #text = "";
  #decoder = new TextDecoder();

  constructor(onMessage: OnMessage) {
    this.#onMessage = onMessage;
  }

  take({ opcode, last, payload }: Frame): void {
    if (opcode === OPCODE.text || opcode === OPCODE.binary) this.#opcode = opcode;
    else if (opcode !== OPCODE.continuation) return;
    if (this.#opcode === OPCODE.binary) return this.#onMessage(payload);
    if (this.#text.length + payload.length > TEXT_LIMIT) {
      throw new RangeError(`a message of more than ${TEXT_LIMIT} bytes`);
    }
    this.#text += this.#decoder.decode(payload, { stream: !last });
    if (!last) return;
    const text = this.#text;
    this.#text = "";
    this.#onMessage(text);
  }
}

async function writeAll(connection: Stream, data: Uint8Array): Promise<void> {
  for (let offset = 0; offset < data.length;) offset += await connection.write(data.subarray(offset));
}

function close(connection: Stream): void {
  try {
    connection.close();
  } catch {
    // Closed already, from either side.
  }
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/**
 * HTTP/1.1 over one connection of our own. Deno's `fetch` opens connections that it may not use at once, and a
 * daemon that has accepted such a one serves nobody else; it also reads the machine's certificates, 15 ms and
 * 14 MB, for a socket that has none.
 *
 * @module
 */
import type { Reply, Stream } from "./http.ts";
import {
  type Bytes,
  chunkSize,
  encode,
  type Framing,
  framingOf,
  indexOf,
  joined,
  latin1,
  StalledError,
} from "./http1_text.ts";
import { after } from "./timer.ts";

/** What is sent; a body of unknown length is a stream. */
export interface Http1Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | ReadableStream<Uint8Array>;
}

/** What stands before the body of an answer. */
interface Head {
  readonly status: number;
  /** By their names in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  readonly framing: Framing;
}

const HEAD_LIMIT = 65536;
const LINE_LIMIT = 256;
const TRAILER_LIMIT = 100;
/** The most that is read of an answer that is text. */
const TEXT_LIMIT = 256 * 1024 * 1024;
/** How long the other side may be silent in the middle of an answer. */
const SILENCE_MS = 120_000;
const CUT_OFF = "connection closed before message completed";

/** One connection, for one request after the other. */
export class Http1Connection {
  readonly #stream: Stream;
  readonly #buffer = new Uint8Array(65536);
  /** Bytes that came and were not taken yet. */
  #rest: Bytes = new Uint8Array(0);
  #closed = false;
  readonly #silenceMs: number;
  /** Since when the next bytes of an answer are waited for; 0: they are not. */
  #since = 0;
  #watched = false;
  #stalled = false;

  constructor(stream: Stream, silenceMs = SILENCE_MS) {
    this.#stream = stream;
    this.#silenceMs = silenceMs;
  }

  /** Whether anything came of an answer. */
  answered = false;

  /**
   * Sends a request and resolves to its answer when the head of that is there; `done` is called once with
   * whether the connection is good for another request. The body that nobody wants is to be cancelled.
   */
  async exchange(request: Http1Request, done: (reusable: boolean) => void): Promise<Reply> {
    this.answered = false;
    let sent = false;
    // The daemon may refuse a body that it has not read: its answer counts, not that the body did not arrive.
    // But nobody answers a body that could not be read to its end here.
    const broken = Promise.withResolvers<never>();
    broken.promise.catch(() => {});
    const sending = this.#send(request, broken.reject).then(() => void (sent = true));
    sending.catch(() => {});
    let head: Head;
    try {
      head = await Promise.race([this.#readHead(), broken.promise]);
    } catch (error) {
      done(false);
      throw error;
    }
    const { status, headers } = head;
    const framing: Framing = request.method === "HEAD" ? { kind: "length", bytes: 0 } : head.framing;
    const keep = () => sent && framing.kind !== "end" && !/\bclose\b/i.test(headers.get("connection") ?? "");
    let over = false;
    // Whoever asks again for a body that has ended must not do anything to whoever has the connection by then.
    const finish = (whole: boolean) => {
      if (!over) done(whole && keep());
      over = true;
    };
    const read = this.#bodyReader(framing, finish);
    const ok = status >= 200 && status < 300;
    return {
      status,
      ok,
      headers: { get: (name) => headers.get(name.toLowerCase()) ?? null },
      async text() {
        const decoder = new TextDecoder();
        let text = "";
        for (let bytes = await read(); bytes; bytes = await read()) {
          if (text.length + bytes.length > TEXT_LIMIT) {
            finish(false);
            throw new Error("an answer of more than 256 MiB");
          }
          text += decoder.decode(bytes, { stream: true });
        }
        return text + decoder.decode();
      },
      get body() {
        return streamOf(read, () => finish(false));
      },
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#stream.close();
    } catch {
      // The other side was quicker.
    }
  }

  async #send(
    { method, path, headers, body }: Http1Request,
    onUnreadable: (error: unknown) => void,
  ): Promise<void> {
    const length: Record<string, string> = body === undefined
      ? method === "GET" || method === "HEAD" ? {} : { "Content-Length": "0" }
      : body instanceof Uint8Array
      ? { "Content-Length": String(body.length) }
      : { "Transfer-Encoding": "chunked" };
    const lines = Object.entries({ Host: "lxops", ...headers, ...length }).map(([key, value]) =>
      `${key}: ${value}`
    );
    const head = encode([`${method} ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    if (body instanceof Uint8Array) return await this.#write(joined(head, body));
    await this.#write(head);
    if (body === undefined) return;
    for await (const chunk of passedOn(body, onUnreadable)) {
      if (chunk.length === 0) continue;
      await this.#write(encode(`${chunk.length.toString(16)}\r\n`));
      await this.#write(chunk);
      await this.#write(encode("\r\n"));
    }
    await this.#write(encode("0\r\n\r\n"));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) sent += await this.#stream.write(bytes.subarray(sent));
  }

  /** Ends the connection where the other side is silent for too long in the middle of an answer. */
  #watch(): void {
    if (this.#watched) return;
    this.#watched = true;
    after(this.#silenceMs / 4, () => {
      this.#watched = false;
      if (this.#since === 0 || this.#closed) return;
      if (performance.now() - this.#since < this.#silenceMs) return this.#watch();
      this.#stalled = true;
      this.close();
    });
  }

  /** Reads on; `false` at the end. */
  async #more(): Promise<boolean> {
    if (this.#since > 0) this.#watch();
    const count = await this.#stream.read(this.#buffer);
    if (count === null) return false;
    this.answered = true;
    const bytes = this.#buffer.subarray(0, count);
    this.#rest = this.#rest.length === 0 ? bytes.slice() : joined(this.#rest, bytes);
    return true;
  }

  async #readHead(): Promise<Head> {
    for (;;) {
      const text = await this.#readUntil("\r\n\r\n", HEAD_LIMIT);
      const [first = "", ...lines] = text.split("\r\n");
      const status = Number(/^HTTP\/1\.[01] (\d{3})\b/.exec(first)?.[1] ?? 0);
      if (status < 100) throw new Error(`"${first.slice(0, 80)}" is not an answer of HTTP`);
      // Those below 200 are followed by the real one.
      if (status < 200) continue;
      const headers = new Map<string, string>();
      for (const line of lines) {
        const colon = line.indexOf(":");
        if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
      }
      return { status, headers, framing: framingOf(status, headers) };
    }
  }

  /** Takes the text before a mark, and the mark. */
  async #readUntil(mark: string, limit: number): Promise<string> {
    for (;;) {
      const end = indexOf(this.#rest, mark);
      if (end >= 0) {
        const text = latin1(this.#rest.subarray(0, end));
        this.#rest = this.#rest.subarray(end + mark.length);
        return text;
      }
      if (this.#rest.length >= limit) throw new Error("the head of the answer is too long");
      if (!await this.#more()) throw new Error(CUT_OFF);
    }
  }

  /** Takes up to so many bytes, at least one; `undefined` at the end. */
  async #take(most: number): Promise<Bytes | undefined> {
    if (this.#rest.length === 0 && !await this.#more()) return undefined;
    const bytes = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(bytes.length);
    return bytes;
  }

  /** Reads a body piece by piece; `undefined` at its end. */
  #bodyReader(framing: Framing, done: (whole: boolean) => void): () => Promise<Bytes | undefined> {
    let left = framing.kind === "length" ? framing.bytes : 0;
    let first = true;
    const next = async (): Promise<Bytes | undefined> => {
      if (framing.kind === "end") return await this.#take(Infinity);
      if (left === 0) {
        if (framing.kind === "length") return undefined;
        if (!first) await this.#readUntil("\r\n", LINE_LIMIT);
        first = false;
        left = chunkSize(await this.#readUntil("\r\n", LINE_LIMIT));
        if (left === 0) {
          // Trailers, of which there are none, end with an empty line.
          for (let count = 0; await this.#readUntil("\r\n", LINE_LIMIT) !== "";) {
            if (++count > TRAILER_LIMIT) throw new Error("the answer has no end");
          }
          return undefined;
        }
      }
      const bytes = await this.#take(left);
      if (bytes === undefined) throw new Error(CUT_OFF);
      left -= bytes.length;
      return bytes;
    };
    let ended = false;
    return async () => {
      if (ended) return undefined;
      let bytes: Bytes | undefined;
      try {
        this.#since = performance.now();
        bytes = await next();
      } catch (error) {
        done(false);
        throw this.#stalled ? new StalledError(this.#silenceMs / 1000) : error;
      } finally {
        this.#since = 0;
      }
      ended = bytes === undefined;
      if (ended) done(true);
      return bytes;
    };
  }
}

/** A body piece by piece; where it cannot be read, that is told first. */
async function* passedOn(
  body: ReadableStream<Uint8Array>,
  onUnreadable: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    onUnreadable(error);
    throw error;
  }
}

function streamOf(read: () => Promise<Bytes | undefined>, onCancel: () => void): ReadableStream<Bytes> {
  return new ReadableStream({
    async pull(controller) {
      const bytes = await read();
      if (bytes === undefined) controller.close();
      else controller.enqueue(bytes);
    },
    cancel: onCancel,
  }, { highWaterMark: 0 });
}

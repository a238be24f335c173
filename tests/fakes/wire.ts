/** A connection to the fake daemon: HTTP and websocket frames by hand, so that a test can also send nonsense. */
import { type ClientFrame, serverFrame, takeClientFrame } from "./server_frames.ts";

/** A request as the fake daemon saw it. */
export interface Seen {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** The daemon's end of a connection. */
export class Wire {
  readonly #connection: Deno.Conn;
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** Reads the head of the next request; `undefined` at the end. */
  async readHead(): Promise<Omit<Seen, "body"> | undefined> {
    while (!latin1(this.#rest).includes("\r\n\r\n")) if (!await this.#more()) return undefined;
    const text = latin1(this.#rest);
    const end = text.indexOf("\r\n\r\n");
    this.#rest = this.#rest.slice(end + 4);
    const [first = "", ...lines] = text.slice(0, end).split("\r\n");
    const [method = "", target = ""] = first.split(" ");
    const headers = new Headers(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }),
    );
    return { method, path: target.replace(/^http:\/\/[^/]*/, ""), headers };
  }

  /** Reads the body of a request with a length. */
  async readBody(headers: Headers): Promise<string> {
    if (headers.get("transfer-encoding") === "chunked") return await this.#readChunks();
    const length = Number(headers.get("content-length") ?? 0);
    while (this.#rest.length < length) if (!await this.#more()) break;
    const body = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return new TextDecoder().decode(body);
  }

  async #readChunks(): Promise<string> {
    const decoder = new TextDecoder();
    let body = "";
    for (;;) {
      const size = parseInt(decoder.decode(await this.#readTo("\r\n")), 16);
      const chunk = await this.#take(size + 2);
      if (!(size > 0)) return body;
      body += decoder.decode(chunk.slice(0, size));
    }
  }

  /** Returns what comes before a text, and drops that. */
  async #readTo(end: string): Promise<Uint8Array> {
    for (;;) {
      const at = new TextDecoder("latin1").decode(this.#rest).indexOf(end);
      if (at >= 0) return (await this.#take(at + end.length)).slice(0, at);
      if (!await this.#more()) return new Uint8Array();
    }
  }

  async #take(length: number): Promise<Uint8Array> {
    while (this.#rest.length < length) if (!await this.#more()) break;
    const taken = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return taken;
  }

  /** Sends an answer whole, and says that it is the last one. */
  async reply(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const bytes = new TextEncoder().encode(body);
    const all = { "Content-Type": "application/json", "Content-Length": `${bytes.length}`, ...headers };
    const head = Object.entries(all).map(([key, value]) => `${key}: ${value}\r\n`).join("");
    await this.write(`HTTP/1.1 ${status} X\r\n${head}Connection: close\r\n\r\n`);
    await this.write(bytes);
  }

  /** Accepts a websocket. */
  async upgrade(): Promise<void> {
    await this.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  }

  /** Sends a frame as a server does, unmasked; returns when the kernel has it. */
  async frame(opcode: number, payload: string | Uint8Array, last = true): Promise<void> {
    await this.write(serverFrame(opcode, payload, last));
  }

  /** Reads frames of the client until the end. */
  async *frames(): AsyncIterable<ClientFrame> {
    do {
      for (let next = takeClientFrame(this.#rest); next; next = takeClientFrame(this.#rest)) {
        this.#rest = new Uint8Array(next.rest);
        yield next.frame;
      }
    } while (await this.#more());
  }

  /** Sends bytes, or what the client would take for some. */
  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    for (let sent = 0; sent < bytes.length;) sent += await this.#connection.write(bytes.subarray(sent));
  }

  close(): void {
    try {
      this.#connection.close();
    } catch {
      // Both ends may close it.
    }
  }

  async #more(): Promise<boolean> {
    const buffer = new Uint8Array(65536);
    const count = await this.#connection.read(buffer).catch(() => null);
    if (count === null) return false;
    const all = new Uint8Array(this.#rest.length + count);
    all.set(this.#rest);
    all.set(buffer.subarray(0, count), this.#rest.length);
    this.#rest = all;
    return true;
  }
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

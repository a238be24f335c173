/**
 * A relay between lxops and the socket of a daemon, which stops at each request that changes something or waits. lxops
 * opens a connection for each request, so the first line of a connection names its request.
 *
 * @module
 */
import type { AtPoint, Counter } from "./points.ts";

/** A relay that runs. */
export interface Relay {
  readonly path: string;
  close(): void;
}

/** Listens on a path and passes each connection on to a daemon's socket. */
export function startRelay(path: string, daemon: string, counter: Counter, atPoint: AtPoint): Relay {
  const listener = Deno.listen({ transport: "unix", path });
  const open = new Set<Deno.Conn>();
  (async () => {
    for await (const client of listener) {
      open.add(client);
      pass(client, daemon, counter, atPoint, open).catch(() => {}).finally(() => end(client, open));
    }
  })().catch(() => {});
  return {
    path,
    close: () => {
      listener.close();
      for (const one of [...open]) end(one, open);
    },
  };
}

const FAILURE = JSON.stringify({ type: "error", error_code: 500, error: "Fault of a test", metadata: null });

async function pass(
  client: Deno.Conn,
  daemon: string,
  counter: Counter,
  atPoint: AtPoint,
  open: Set<Deno.Conn>,
): Promise<void> {
  const head = await readHead(client);
  const request = text(head).split("\r\n")[0]!.replace(/ HTTP\/1\.1$/, "");
  const stops = isStop(request);
  const verdict = stops ? await atPoint(counter.point("before", "request", request)) : "go";
  if (verdict === "fail") {
    const answer = `HTTP/1.1 500 Error\r\nContent-Type: application/json\r\nConnection: close\r\n` +
      `Content-Length: ${FAILURE.length}\r\n\r\n${FAILURE}`;
    await writeAll(client, new TextEncoder().encode(answer));
    return;
  }
  if (verdict === "cut") return;
  const server = await Deno.connect({ transport: "unix", path: daemon });
  open.add(server);
  try {
    await writeAll(server, head);
    // The upload continues while the relay waits for the answer.
    const upload = copy(client, server).catch(() => {});
    if (stops) {
      // The head of an answer may come long before its end.
      const answer = await readAnswer(server);
      if (answer === undefined) return;
      if (await atPoint(counter.point("after", "request", request)) !== "go") return;
      await writeAll(client, answer);
    }
    await copy(server, client);
    end(client, open);
    await upload;
  } finally {
    end(server, open);
  }
}

/**
 * Tells whether a request is a point: one that changes something, waits, or transfers a file. Requests that only read
 * are none.
 */
function isStop(request: string): boolean {
  return /^(POST|PUT|PATCH|DELETE) /.test(request) ||
    /^GET \S*(\/operations\/[^/]+\/wait|\/export)(\?|$)/.test(request);
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Decodes each byte as one character. */
const characters = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);

async function readHead(from: Deno.Conn): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  const part = new Uint8Array(64 * 1024);
  while (!text(head).includes("\r\n\r\n")) {
    const length = await from.read(part);
    if (length === null) throw new Error("The connection ended before its request");
    head = new Uint8Array([...head, ...part.subarray(0, length)]);
  }
  return head;
}

/** Reads a whole answer; `undefined` where the connection ends before one begins. */
async function readAnswer(from: Deno.Conn): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  const part = new Uint8Array(64 * 1024);
  for (let all = ""; !isWhole(all);) {
    const length = await from.read(part);
    if (length === null) break;
    parts.push(part.slice(0, length));
    all += characters(part.subarray(0, length));
  }
  return parts.length === 0 ? undefined : new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const head = answer.slice(0, end).toLowerCase();
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  if (length !== undefined) return answer.length - end - 4 >= Number(length);
  if (head.includes("\r\ntransfer-encoding: chunked")) return answer.endsWith("\r\n0\r\n\r\n");
  return !/^http\/1\.1 200/.test(head);
}

async function writeAll(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

/** Copies until the end, and closes the other side for writing. */
async function copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const part = new Uint8Array(64 * 1024);
  for (let length = await from.read(part); length !== null; length = await from.read(part)) {
    await writeAll(to, part.subarray(0, length));
  }
  await to.closeWrite();
}

function end(conn: Deno.Conn, open: Set<Deno.Conn>): void {
  if (!open.delete(conn)) return;
  try {
    conn.close();
  } catch {
    // The other side has closed it.
  }
}

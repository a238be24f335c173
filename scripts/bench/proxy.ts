/**
 * A socket between lxops and a daemon that counts what passes: connections, requests, programs started in
 * instances. It changes nothing and waits for nothing.
 *
 * @module
 */

/** The traffic of a proxy. */
export interface Counts {
  readonly requests: number;
  readonly connections: number;
  /** Programs that were started in instances. */
  readonly execs: number;
  /** Connections that became websockets; their upgrades are among the requests. */
  readonly websockets: number;
}

/** A proxy in front of one daemon. */
export interface Proxy extends AsyncDisposable {
  readonly socket: string;
  /** `METHOD /path?query` of all that was asked since the last `reset()`, in order. */
  asked(): readonly string[];
  counts(): Counts;
  reset(): void;
}

/** Starts a proxy; its socket must not be there yet. */
export function startProxy(socket: string, daemon: string): Proxy {
  const listener = Deno.listen({ transport: "unix", path: socket });
  const open = new Set<Deno.Conn>();
  let asked: string[] = [];
  let connections = 0;
  let websockets = 0;
  const serve = async (client: Deno.Conn): Promise<void> => {
    const server = await Deno.connect({ transport: "unix", path: daemon });
    open.add(client).add(server);
    const head = new RequestReader((line, upgrade) => {
      asked.push(line);
      if (upgrade) websockets++;
    });
    try {
      await Promise.all([
        pipe(client, server, (bytes) => head.push(bytes)),
        pipe(server, client, () => {}),
      ]);
    } finally {
      for (const one of [client, server]) {
        open.delete(one);
        close(one);
      }
    }
  };
  const accepting = (async () => {
    for await (const client of listener) {
      connections++;
      serve(client).catch(() => close(client));
    }
  })();
  return {
    socket,
    asked: () => asked,
    counts: () => ({
      requests: asked.length,
      connections,
      execs: asked.filter((line) => /^POST \S*\/exec(\?|$)/.test(line)).length,
      websockets,
    }),
    reset() {
      asked = [];
      connections = 0;
      websockets = 0;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const one of open) close(one);
    },
  };
}

/** A reader of the requests that a client sends over one connection. */
export class RequestReader {
  readonly #onRequest: (line: string, upgrade: boolean) => void;
  #head = "";
  /** Bytes of a body that are still to come; all that follows an upgrade is none of HTTP's. */
  #body = 0;

  constructor(onRequest: (line: string, upgrade: boolean) => void) {
    this.#onRequest = onRequest;
  }

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      const skipped = Math.min(this.#body, rest.length);
      this.#body -= skipped;
      rest = rest.subarray(skipped);
      if (rest.length > 0) rest = this.#readHead(rest);
    }
  }

  #readHead(bytes: Uint8Array): Uint8Array {
    const before = this.#head.length;
    this.#head += new TextDecoder("latin1").decode(bytes);
    const end = this.#head.indexOf("\r\n\r\n");
    if (end < 0) return new Uint8Array();
    const head = this.#head.slice(0, end);
    this.#head = "";
    const [line = ""] = head.split("\r\n", 1);
    const upgrade = /^upgrade: *websocket/im.test(head);
    // A body of unknown length is an upload, after which the daemon closes the connection.
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    const endless = upgrade || /^transfer-encoding:/im.test(head);
    this.#body = endless ? Infinity : Number(length ?? 0);
    // Deno's client sends the whole URL.
    this.#onRequest(line.replace(/ HTTP\/.*/, "").replace(/^(\S+) http:\/\/[^/]*/, "$1 "), upgrade);
    return bytes.subarray(end + 4 - before);
  }
}

async function pipe(from: Deno.Conn, to: Deno.Conn, look: (bytes: Uint8Array) => void): Promise<void> {
  const buffer = new Uint8Array(65536);
  try {
    for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
      const bytes = buffer.subarray(0, count);
      look(bytes);
      for (let offset = 0; offset < count;) offset += await to.write(bytes.subarray(offset));
    }
    await to.closeWrite();
  } catch {
    // Either side has gone: so does the other one.
    close(from);
    close(to);
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // Closed already.
  }
}

/** A daemon on a real unix socket, as a table of rules; it records the requests that it gets. */
import { connect, type Connection } from "../../lib/adapters/daemon/daemon.ts";
import type { Backend } from "../../lib/ports/mod.ts";
import { type Seen, Wire } from "./wire.ts";

/** Action of a rule: it answers with an envelope's metadata, a whole answer, or by hand over the wire. */
export type Reply =
  | { readonly metadata: unknown }
  | {
    readonly answer: unknown;
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
  }
  | { readonly text: string; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  | ((wire: Wire, seen: Seen) => Promise<void> | void);

/** `METHOD /path` (without its query) to what the daemon does; a list is used up, its last entry stays. */
export type Rules = Readonly<Record<string, Reply | readonly Reply[]>>;

/** A running fake. */
export interface FakeDaemon extends AsyncDisposable {
  readonly socket: string;
  readonly seen: readonly Seen[];
  /** `METHOD /path?query` of what was asked, in order. */
  asked(): readonly string[];
  connect(): Promise<Connection>;
}

/** The backend of the fakes. */
export const fakeBackend: Backend = {
  program: "lxops-fake",
  title: "Fake",
  service: "fake",
  client: "fake",
  initCommand: "fake init",
  protocol: "lxd",
  env: { socket: "FAKE_SOCKET", dir: "FAKE_DIR", conf: "FAKE_CONF" },
  sockets: ["/nonexistent/unix.socket"],
  otherDaemon: {
    title: "Other",
    program: "lxops-other",
    service: "other",
    env: { socket: "OTHER_SOCKET", dir: "OTHER_DIR", conf: "OTHER_CONF" },
    sockets: [],
  },
  groups: ["fake-admin"],
  configDirs: ["~/.config/fake"],
  remotes: { images: "https://images.example" },
};

/** An envelope of type `async` that names operation `op`. */
export const started = (metadata: unknown = {}): Reply => ({
  answer: { type: "async", status_code: 100, operation: "/1.0/operations/op", metadata },
  status: 202,
});

/** An envelope of type `error`. */
export const refused = (status: number, error: string): Reply => ({
  answer: { type: "error", error_code: status, error, metadata: null },
  status,
});

/** An operation in some state, as `/wait` and `GET` tell it. */
export const operation = (status_code: number, more: Readonly<Record<string, unknown>> = {}): Reply => ({
  metadata: { id: "op", status_code, err: "", metadata: {}, ...more },
});

/** Starts a daemon in a directory of its own. */
export async function fakeDaemon(rules: Rules): Promise<FakeDaemon> {
  const directory = await Deno.makeTempDir({ prefix: "lxops-fake-" });
  const socket = `${directory}/unix.socket`;
  const listener = Deno.listen({ transport: "unix", path: socket });
  const seen: Seen[] = [];
  const wires = new Set<Wire>();
  const left = new Map(Object.entries(rules).map(([key, reply]) => [key, [reply].flat()]));
  const connections: Connection[] = [];
  const accepting = (async () => {
    for await (const connection of listener) {
      const wire = new Wire(connection);
      wires.add(wire);
      serve(wire, left, seen).finally(() => {
        wire.close();
        wires.delete(wire);
      });
    }
  })();
  return {
    socket,
    seen,
    asked: () => seen.map(({ method, path }) => `${method} ${path}`),
    async connect() {
      const connection = await connect(fakeBackend, { kind: "socket", path: socket, project: "default" }, {
        env: () => undefined,
      });
      connections.push(connection);
      return connection;
    },
    async [Symbol.asyncDispose]() {
      for (const connection of connections) connection.close();
      listener.close();
      await accepting;
      for (const wire of wires) wire.close();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

async function serve(wire: Wire, rules: Map<string, Reply[]>, seen: Seen[]): Promise<void> {
  const head = await wire.readHead();
  if (head === undefined) return;
  const key = `${head.method} ${head.path.split("?")[0]}`;
  const replies = rules.get(key) ?? [refused(404, "not found")];
  const reply = replies.length > 1 ? replies.shift()! : replies[0]!;
  if (typeof reply === "function") {
    const request = { ...head, body: "" };
    seen.push(request);
    return await reply(wire, request);
  }
  seen.push({ ...head, body: await wire.readBody(head.headers) });
  if ("text" in reply) return await wire.reply(reply.status ?? 200, reply.text, reply.headers);
  const answer = "answer" in reply
    ? reply.answer
    : { type: "sync", status_code: 200, operation: "", error_code: 0, error: "", metadata: reply.metadata };
  const { status, headers } = "answer" in reply ? reply : {};
  await wire.reply(status ?? 200, JSON.stringify(answer), headers);
}

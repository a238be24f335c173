/** A third kind of daemon behind a real socket, which says yes to whatever a launch asks. */
import { answerTo } from "../../scripts/build/code_cache/daemon.ts";
import { type Backend, incus } from "../../lib/mod.ts";

/** A running daemon. */
export interface ServedDaemon extends AsyncDisposable {
  readonly backend: Backend;
  readonly directory: string;
  /** `METHOD /path?query` of what was asked, in order. */
  readonly asked: readonly string[];
  /** Answers nothing from now on. */
  hang(): void;
  /** Takes some time for each answer from now on. */
  slowDown(ms: number): void;
  /** Refuses to delete anything, so many times. */
  keep(times: number): void;
  /** Names of the locks that are there. */
  readonly locks: ReadonlySet<string>;
}

/** Starts a daemon that nothing in `lib` knows. */
export async function servedDaemon(): Promise<ServedDaemon> {
  const directory = await Deno.makeTempDir({ prefix: "lxops-library-" });
  const path = `${directory}/moon.socket`;
  const asked: string[] = [];
  const hanging = Promise.withResolvers<void>();
  let hangs = false;
  let pauseMs = 0;
  let kept = 0;
  const locks = new Set<string>();
  const contents = new Map<string, unknown>();
  const server = Deno.serve({ transport: "unix", path, onListen: () => {} }, async (request) => {
    const url = new URL(request.url);
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    if (hangs) await hanging.promise;
    if (hangs) return new Response("", { status: 500 });
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const text = await request.text();
    const name = request.method === "POST" && url.pathname === "/1.0/profiles"
      ? String(JSON.parse(text).name)
      : url.pathname.split("/").at(-1)!;
    if (request.method === "POST" && name.startsWith("lxops.lock")) {
      locks.add(name);
      contents.set(name, JSON.parse(text));
    }
    if (request.method === "GET" && locks.has(name)) {
      const answer = { type: "sync", status: "Success", status_code: 200, metadata: contents.get(name) };
      return Response.json(answer);
    }
    if (request.method === "DELETE" && kept-- > 0) return new Response("{}", { status: 500 });
    if (request.method === "DELETE") locks.delete(name);
    return await answerTo(request.method, url, text);
  });
  return {
    backend: {
      ...incus,
      title: "Moon",
      program: "lxops-moon",
      service: "moon",
      client: "moonctl",
      initCommand: "moonctl init",
      env: { socket: "MOON_SOCKET", dir: "MOON_DIR", conf: "MOON_CONF" },
      sockets: [path],
      groups: ["moon"],
      configDirs: [`${directory}/config`],
    },
    directory,
    asked,
    hang: () => void (hangs = true),
    slowDown: (ms) => void (pauseMs = ms),
    keep: (times) => void (kept = times),
    locks,
    async [Symbol.asyncDispose]() {
      hanging.resolve();
      await server.shutdown();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

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
}

/** Starts a daemon that nothing in `lib` knows. */
export async function servedDaemon(): Promise<ServedDaemon> {
  const directory = await Deno.makeTempDir({ prefix: "lxops-library-" });
  const path = `${directory}/moon.socket`;
  const asked: string[] = [];
  const hanging = Promise.withResolvers<void>();
  let hangs = false;
  const server = Deno.serve({ transport: "unix", path, onListen: () => {} }, async (request) => {
    const url = new URL(request.url);
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    if (hangs) await hanging.promise;
    if (hangs) return new Response("", { status: 500 });
    return await answerTo(request.method, url, await request.text());
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
    async [Symbol.asyncDispose]() {
      hanging.resolve();
      await server.shutdown();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

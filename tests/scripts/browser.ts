/** A headless Chromium, by its own protocol. */

/** Places of the program. */
const PROGRAMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Returns the path of Chromium, or `undefined` where the machine has none. */
export function findBrowser(): string | undefined {
  return PROGRAMS.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** A page in a browser. */
export interface Page extends AsyncDisposable {
  /** Sends a command of the protocol, and returns its result. */
  send(method: string, params?: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  /** Evaluates an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  /** Errors of the page so far, from scripts, the console and loading. */
  readonly complaints: readonly string[];
}

const LIMIT_MS = 60_000;

/** Opens a page. */
export async function openPage(program: string, url: string): Promise<Page> {
  const home = await Deno.makeTempDir({ prefix: "lxops-browser-" });
  const child = new Deno.Command(program, {
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      `--user-data-dir=${home}`,
      "--remote-debugging-port=0",
      "about:blank",
    ],
    env: { HOME: home },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  const end = async () => {
    clearTimeout(timer);
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await child.stderr.cancel().catch(() => {});
    await child.status;
    // Its helpers may still write for a moment.
    for (let left = 20; left > 0; left--) {
      try {
        await Deno.remove(home, { recursive: true });
        return;
      } catch {
        await new Promise((done) => setTimeout(done, 100));
      }
    }
  };
  try {
    const port = new URL(await addressOf(child.stderr)).port;
    const response = await fetch(`http://127.0.0.1:${port}/json`);
    const targets: readonly { type: string; webSocketDebuggerUrl: string }[] = await response.json();
    const page = await connect(targets.find(({ type }) => type === "page")!.webSocketDebuggerUrl, end);
    for (const domain of ["Page", "Runtime", "Log"]) await page.send(`${domain}.enable`);
    await page.send("Page.navigate", { url });
    while (
      await page.evaluate("document.readyState") !== "complete" ||
      await page.evaluate("location.href") !== url
    ) {
      await new Promise((done) => setTimeout(done, 20));
    }
    return page;
  } catch (error) {
    await end();
    throw error;
  }
}

/** Reads where the browser listens. */
async function addressOf(stderr: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const reader = stderr.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .getReader();
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`Chromium ended: ${text}`);
      text += value;
      const [, found] = /DevTools listening on (ws:\S+)/.exec(text) ?? [];
      if (found) return found;
    }
  } finally {
    reader.releaseLock();
  }
}

async function connect(url: string, end: () => Promise<void>): Promise<Page> {
  const socket = new WebSocket(url);
  await new Promise((opened, failed) => {
    socket.onopen = opened;
    socket.onerror = failed;
  });
  const waiting = new Map<number, (answer: { result?: Record<string, unknown>; error?: unknown }) => void>();
  const complaints: string[] = [];
  socket.onmessage = ({ data }) => {
    const { id, method, params, ...answer } = JSON.parse(data);
    if (id !== undefined) waiting.get(id)?.(answer);
    const isError = method === "Runtime.exceptionThrown" ||
      method === "Runtime.consoleAPICalled" && ["error", "warning"].includes(params.type) ||
      method === "Log.entryAdded" && ["error", "warning"].includes(params.entry.level);
    if (isError) complaints.push(JSON.stringify(params));
  };
  let last = 0;
  const send: Page["send"] = async (method, params = {}) => {
    const id = ++last;
    const { result, error } = await new Promise<{ result?: Record<string, unknown>; error?: unknown }>(
      (done) => {
        waiting.set(id, done);
        socket.send(JSON.stringify({ id, method, params }));
      },
    );
    if (error || !result) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  };
  return {
    send,
    complaints,
    async evaluate(expression) {
      const { result, exceptionDetails } = await send("Runtime.evaluate", {
        expression,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value?: unknown }).value;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => socket.onclose = done);
      socket.close();
      await end();
      await closed;
    },
  };
}

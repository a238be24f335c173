/**
 * The daemon's API as barely as it can be used, for the floor: it shares no code with lxops, checks nothing
 * that it need not, and prints nothing.
 *
 * @module
 */

// An address that no NO_PROXY lists: Deno would connect to the host of the URL instead of the socket.
const BASE = "http://[100::1]";

/** A daemon's answer, or its operation's end. */
export interface Done {
  readonly metadata: Record<string, unknown>;
}

/** The API of one daemon. */
export class Raw implements Disposable {
  readonly socket: string;
  readonly #client: Deno.HttpClient;

  constructor(socket: string) {
    this.socket = socket;
    this.#client = Deno.createHttpClient({
      proxy: { transport: "unix", path: socket },
      poolMaxIdlePerHost: 0,
    });
  }

  /** Sends a request and awaits its operation, where it starts one. */
  async send(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.#ask(method, path, body);
    if (answer["type"] !== "async") return (answer["metadata"] ?? {}) as Record<string, unknown>;
    const end = await this.#ask("GET", `${answer["operation"]}/wait`);
    const operation = end["metadata"] as Record<string, unknown>;
    if (operation["status_code"] !== 200) throw new Error(`${method} ${path}: ${operation["err"]}`);
    return (operation["metadata"] ?? {}) as Record<string, unknown>;
  }

  /** Sends a request as `send()` does; returns `undefined` where the daemon refuses. */
  async attempt(method: string, path: string, body?: unknown): Promise<Record<string, unknown> | undefined> {
    try {
      return await this.send(method, path, body);
    } catch {
      return undefined;
    }
  }

  /** Returns a response with its body unread, for large ones. */
  async open(path: string): Promise<Response> {
    return await fetch(`${BASE}${path}`, { client: this.#client });
  }

  /** Runs a shell script in an instance, with nothing attached to it. */
  async exec(name: string, script: string): Promise<void> {
    const done = await this.send("POST", `/1.0/instances/${name}/exec`, {
      command: ["/bin/sh", "-c", script],
      "wait-for-websocket": false,
      interactive: false,
    });
    if (done["return"] !== 0) throw new Error(`The floor's script ended with ${done["return"]}`);
  }

  /** Runs a shell script in an instance and returns its output. */
  async output(name: string, script: string): Promise<string> {
    const done = await this.send("POST", `/1.0/instances/${name}/exec`, {
      command: ["/bin/sh", "-c", script],
      "wait-for-websocket": false,
      interactive: false,
      "record-output": true,
    });
    const { 1: path } = done["output"] as Record<string, string>;
    return await (await this.open(path!)).text();
  }

  /** Waits until an instance has a global address, and returns it. */
  async address(name: string): Promise<string> {
    for (;;) {
      const { network } = await this.send("GET", `/1.0/instances/${name}/state`) as {
        network?: Record<string, { addresses?: { scope: string; address: string }[] }>;
      };
      const found = Object.values(network ?? {}).flatMap(({ addresses }) => addresses ?? [])
        .find(({ scope }) => scope === "global");
      if (found) return found.address;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(`${BASE}${path}`, {
      method,
      client: this.#client,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (answer.type === "error") throw new Error(`${method} ${path}: ${answer.error}`);
    return answer;
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

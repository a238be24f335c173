/** Daemons behind HTTPS, for end-to-end tests. */
import { assert } from "@std/assert";
import type { Ground } from "./daemon.ts";
import { freePort } from "./network.ts";

/** Sends one request over the daemon's socket and returns its answer's metadata. */
export async function ask(ground: Ground, method: string, path: string, body?: unknown): Promise<unknown> {
  const proxy = { transport: "unix", path: ground.daemon.socket! } as const;
  using client = Deno.createHttpClient({ proxy, poolMaxIdlePerHost: 0 });
  const init = { method, client, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  // An address that no NO_PROXY lists.
  const answer = await (await fetch(`http://[100::1]${path}`, init)).json();
  assert(answer.type !== "error", `${method} ${path}: ${answer.error}`);
  return answer.metadata;
}

/** A daemon that listens, until the end of the test. */
export interface Listening extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The fingerprint of the server's certificate. */
  readonly fingerprint: string;
}

/** Lets the test's daemon listen on a port of this machine. */
export async function listen(ground: Ground): Promise<Listening> {
  const port = freePort();
  const set = (value: string) => ask(ground, "PATCH", "/1.0", { config: { "core.https_address": value } });
  await set(`127.0.0.1:${port}`);
  const { environment } = await ask(ground, "GET", "/1.0") as {
    environment: { certificate_fingerprint: string };
  };
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    fingerprint: environment.certificate_fingerprint,
    async [Symbol.asyncDispose]() {
      const certificates = await ask(ground, "GET", "/1.0/certificates?recursion=1") as {
        name: string;
        fingerprint: string;
      }[];
      for (const { name, fingerprint } of certificates) {
        if (name.startsWith(ground.id)) await ask(ground, "DELETE", `/1.0/certificates/${fingerprint}`);
      }
      await set("");
    },
  };
}

/** Returns a token of the daemon's client; with projects, it is restricted to them. */
export async function tokenOf(ground: Ground, projects?: readonly string[]): Promise<string> {
  const operation = await ask(ground, "POST", "/1.0/certificates", {
    type: "client",
    token: true,
    name: `${ground.id}-client`,
    ...(projects ? { restricted: true, projects } : {}),
  }) as { metadata: { addresses: string[]; fingerprint: string; secret: string; expiresAt?: string } };
  const { addresses, fingerprint, secret } = operation.metadata;
  return btoa(JSON.stringify({ client_name: `${ground.id}-client`, fingerprint, addresses, secret }));
}

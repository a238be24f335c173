/**
 * Requests to a daemon behind a unix socket, by `Deno.HttpClient`.
 *
 * @module
 */
import { LxopsError } from "../../base/errors.ts";
import type { Endpoint, Reply, Tell } from "./endpoint.ts";

/**
 * The host of every URL, an address of the discard prefix (RFC 6666): should Deno ever connect to the host itself
 * instead of the socket, no machine answers.
 */
const ORIGIN = "http://[100::1]";

/** Opens a client of the daemon behind a unix socket. */
export function openSocket(
  { title, service }: Pick<Endpoint, "title" | "service">,
  path: string,
  advice: readonly string[],
  tell?: Tell,
): Endpoint {
  const client = withoutNoProxy({
    proxy: { transport: "unix", path },
    // The daemons read the first bytes of a connection before they accept the next one, so a connection that is opened
    // and not used blocks all other clients. A client with a pool opens such connections; one without a pool does not.
    poolMaxIdlePerHost: 0,
    http2: false,
  });
  return {
    title,
    service,
    address: path,
    fetch: (request, init) => send(client, request, init),
    dial: () => Deno.connect({ transport: "unix", path }),
    close: () => client.close(),
    advice,
    ...(tell ? { tell } : {}),
  };
}

/** Variables with hosts to which Deno connects without the proxy that a client names, here the socket. */
const NO_PROXY = ["NO_PROXY", "no_proxy"] as const;

/** Creates a client that uses its socket for every host; Deno reads the variables when it creates a client. */
function withoutNoProxy(options: Deno.CreateHttpClientOptions): Deno.HttpClient {
  const values = NO_PROXY.map((name) => [name, Deno.env.get(name)] as const);
  try {
    for (const [name, value] of values) if (value !== undefined) Deno.env.delete(name);
    return Deno.createHttpClient(options);
  } catch (error) {
    throw certificateError(error) ?? error;
  } finally {
    for (const [name, value] of values) if (value !== undefined) Deno.env.set(name, value);
  }
}

/** Variables that say which certificates Deno trusts; Deno reads them for every client, also for one of a socket. */
const CERTIFICATES = { DENO_CERT: /CA file/, DENO_TLS_CA_STORE: /certificate store/ } as const;

/** Returns the error about a variable that is why Deno creates no client; `undefined` where none is. */
function certificateError(cause: unknown): LxopsError | undefined {
  if (!(cause instanceof Error)) return undefined;
  for (const [name, pattern] of Object.entries(CERTIFICATES)) {
    const value = Deno.env.get(name);
    if (!value || !pattern.test(cause.message)) continue;
    return new LxopsError(`The variable ${name} of the environment is wrong, "${value}": ${cause.message}`, [
      `Correct it, or run the command without it: env -u ${name} ...`,
    ], { cause });
  }
  return undefined;
}

/** Sends a request; fails with the error of the request's own body where that cannot be read. */
async function send(client: Deno.HttpClient, path: string, init: RequestInit): Promise<Reply> {
  const request = { ...init, client, redirect: "manual" } as const;
  if (!(init.body instanceof ReadableStream)) {
    const isRead = ["GET", "HEAD"].includes(init.method ?? "GET");
    return await fetch(ORIGIN + path, isRead ? request : { ...request, body: sentOnce(init.body) });
  }
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const body = ReadableStream.from(reported(init.body, broken.reject));
  return await Promise.race([fetch(ORIGIN + path, { ...request, body }), broken.promise]);
}

/**
 * Returns the body of a change as a stream. Deno 2.9.4 sends a request again whose connection was closed without an
 * answer, unless its body is a stream: a daemon that ended in the middle would carry a change out twice.
 */
function sentOnce(body: BodyInit | null | undefined): ReadableStream<Uint8Array> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body ?? new Uint8Array();
  if (!(bytes instanceof Uint8Array)) throw new TypeError("A body is text, bytes or a stream");
  return new ReadableStream({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}

async function* reported(
  body: ReadableStream<Uint8Array>,
  onError: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    onError(error);
    throw error;
  }
}

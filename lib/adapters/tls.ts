/**
 * A daemon behind HTTPS. Where the person's configuration has the server's own certificate, that very certificate is
 * asked for, whatever names are in it, as the daemons' clients do. Deno's `fetch` cannot be told so; Node's TLS can:
 * the certificate is the only one that the chain may end with, its key is proven in the handshake, and
 * it is compared byte by byte before anything is sent.
 *
 * @module
 */
import type { X509Certificate } from "node:crypto";
import type { ConnectionOptions, PeerCertificate, TLSSocket } from "node:tls";
import { ServerError } from "../errors.ts";
import type { Endpoint, Stream } from "./http.ts";
import { streamOf } from "./tls_stream.ts";

/** How long a connection may take to be there. */
export const CONNECT_LIMIT_MS = 10_000;

/** Who lxops is to a remote, and who the remote has to be; all in PEM. */
export interface Credentials {
  readonly certificate?: string;
  readonly key?: string;
  /** The certificate that the server must have; absent: one that the machine's authorities vouch for. */
  readonly server?: string;
}

/** A remote to open. */
export interface TlsOptions {
  readonly title: string;
  /** Name of the remote, for messages. */
  readonly remote: string;
  readonly url: string;
  readonly credentials: Credentials;
  readonly advice: readonly string[];
  readonly connectLimitMs?: number;
  /** Until when the certificate that the server must have is good, where that is known. */
  readonly expires?: Date;
}

/** Opens a way to a daemon behind HTTPS; nothing is connected before the first request. */
export async function openTls(opened: TlsOptions): Promise<Endpoint> {
  const options = { ...opened, ...await expiryOf(opened.credentials) };
  const { hostname, port } = new URL(options.url);
  const tls: ConnectionOptions = {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port || 443),
    ...await identity(options.credentials),
  };
  return {
    title: options.title,
    address: options.url,
    fetch: async (path, init) => await send(tls, options, path, init),
    dial: async (): Promise<Stream> => streamOf(await openSocket(tls, options)),
    close: () => {},
    advice: options.advice,
  };
}

async function identity({ certificate, key, server }: Credentials): Promise<ConnectionOptions> {
  const own = certificate !== undefined && key !== undefined ? { cert: certificate, key } : {};
  if (server === undefined) return own;
  const { X509Certificate } = await import("node:crypto");
  const pinned = new X509Certificate(server);
  return {
    ...own,
    ca: [server],
    checkServerIdentity: (_host: string, peer: PeerCertificate) =>
      peer.raw && pinned.raw.equals(peer.raw) ? undefined : new Error(OTHER_CERTIFICATE),
  };
}

async function expiryOf({ server }: Credentials): Promise<{ readonly expires?: Date }> {
  if (server === undefined) return {};
  const { X509Certificate } = await import("node:crypto");
  return { expires: new Date(new X509Certificate(server).validTo) };
}

const OTHER_CERTIFICATE = "another certificate than the one that was accepted";

async function openSocket(tls: ConnectionOptions, options: TlsOptions): Promise<TLSSocket> {
  const { connect } = await import("node:tls");
  const limit = options.connectLimitMs ?? CONNECT_LIMIT_MS;
  return await new Promise((resolve, reject) => {
    const socket = connect(tls);
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(tlsError(options, error));
    };
    const timer = setTimeout(() => fail(tooLate(limit)), limit);
    socket.once("error", fail);
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

async function send(
  tls: ConnectionOptions,
  options: TlsOptions,
  path: string,
  init: RequestInit,
): Promise<Response> {
  const [{ request }, { Readable }] = await Promise.all([import("node:https"), import("node:stream")]);
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const body = init.body as string | Uint8Array | ReadableStream<Uint8Array> | null | undefined;
  const outgoing = request({
    ...tls,
    agent: false,
    path,
    method: init.method ?? "GET",
    headers: { Connection: "close", ...init.headers as Record<string, string> },
    ...(init.signal ? { signal: init.signal } : {}),
  }, (incoming) => {
    const headers = new Headers();
    for (const [key, value] of Object.entries(incoming.headers)) {
      if (value !== undefined) headers.set(key, String(value));
    }
    const status = incoming.statusCode ?? 0;
    resolve(new Response(Readable.toWeb(incoming) as ReadableStream<Uint8Array>, { status, headers }));
  });
  const limit = options.connectLimitMs ?? CONNECT_LIMIT_MS;
  const timer = setTimeout(() => outgoing.destroy(tooLate(limit)), limit);
  let connected = false;
  outgoing.once("socket", (socket) =>
    socket.once("secureConnect", () => {
      connected = true;
      clearTimeout(timer);
    }));
  outgoing.once("error", (error) => {
    clearTimeout(timer);
    reject(connected ? error : tlsError(options, error));
  });
  if (body instanceof ReadableStream) Readable.fromWeb(body as never).pipe(outgoing);
  else outgoing.end(body ?? undefined);
  return await promise;
}

function tooLate(limitMs: number): Error {
  return new Error(`no answer within ${limitMs / 1000} s`);
}

/** One clear line for what can be wrong with a connection, with what to do about it. */
export function tlsError(options: TlsOptions, error: Error): ServerError {
  const { title, remote, url } = options;
  const at = `${title} at "${url}"`;
  const code = (error as { code?: unknown }).code;
  const again = [
    `If the server really has a new certificate: lxops remote remove ${remote}, then lxops remote add ${remote}`,
  ];
  // The TLS library does not tell an expired certificate of one's own from one that nobody knows.
  if (unknownIssuer(code) && options.expires && options.expires.getTime() < Date.now()) {
    const until = options.expires.toISOString().slice(0, 10);
    return new ServerError(
      `The certificate of ${at} is out of date: it was good until ${until}`,
      0,
      undefined,
      again,
    );
  }
  if (error.message === OTHER_CERTIFICATE || code === "ERR_TLS_CERT_ALTNAME_INVALID" || unknownIssuer(code)) {
    return new ServerError(
      options.credentials.server === undefined
        ? `The certificate of ${at} is not one that this machine trusts: ${error.message}`
        : `The certificate of ${at} is not the one that was accepted for remote "${remote}"`,
      0,
      undefined,
      again,
    );
  }
  if (
    code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID" ||
    /expired|not yet valid/i.test(error.message)
  ) {
    return new ServerError(`The certificate of ${at} is out of date: ${error.message}`, 0, undefined, again);
  }
  return new ServerError(`Cannot reach ${at}: ${plain(error)}`, 0, undefined, options.advice);
}

function unknownIssuer(code: unknown): boolean {
  return typeof code === "string" &&
    /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_UNTRUSTED|CERT_SIGNATURE/.test(code);
}

function plain(error: Error): string {
  switch ((error as { code?: unknown }).code) {
    case "ECONNREFUSED":
      return "connection refused";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "there is no such host";
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "there is no way to that host";
    case "ECONNRESET":
      return "connection reset";
  }
  return error.message;
}

/** The certificate that a server shows, in PEM; nobody vouches for it. */
export async function fetchServerCertificate(options: TlsOptions): Promise<X509Certificate> {
  const { X509Certificate } = await import("node:crypto");
  const { hostname, port } = new URL(options.url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = await openSocket({ host, port: Number(port || 443), rejectUnauthorized: false }, options);
  try {
    return new X509Certificate(socket.getPeerCertificate(true).raw);
  } finally {
    socket.destroy();
  }
}

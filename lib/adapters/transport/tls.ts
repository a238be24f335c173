/**
 * Connections to a daemon behind HTTPS. Where the client's configuration has the server's certificate, the server must
 * present exactly that certificate, whatever names are in it, as the daemons' own clients require. Deno's `fetch` cannot check
 * that; Node's TLS can: the pinned certificate is the only trusted end of the chain, the handshake proves its key, and
 * lxops compares it byte by byte before it sends anything.
 *
 * @module
 */
import { maskAddresses } from "../../base/mask.ts";
import type { X509Certificate } from "node:crypto";
import type { ConnectionOptions, PeerCertificate, TLSSocket } from "node:tls";
import { reasonOf, ServerError } from "../../base/errors.ts";
import type { Endpoint, Stream } from "./endpoint.ts";
import { openHttps } from "./https.ts";
import { streamOf, type Wire, wireOf } from "./tls_stream.ts";

/** The longest time to open a connection. */
export const CONNECT_LIMIT_MS = 10_000;

/** The client's certificate and key, and the server's pinned certificate, in PEM. */
export interface Credentials {
  readonly certificate?: string;
  readonly key?: string;
  /** The certificate that the server must have; absent: any that the machine's authorities have signed. */
  readonly server?: string;
}

/** A remote to open. */
export interface TlsOptions {
  readonly title: string;
  readonly service: string;
  /** Name of the remote, for messages. */
  readonly remote: string;
  readonly url: string;
  readonly credentials: Credentials;
  readonly advice: readonly string[];
  readonly connectLimitMs?: number;
  /** The end of the pinned certificate's validity. */
  readonly expires?: Date;
}

/** Opens an endpoint of a daemon behind HTTPS; it connects at the first request. */
export async function openTls(opened: TlsOptions): Promise<Endpoint> {
  const options = { ...opened, ...await expiryOf(opened) };
  const tls = await identity(options);
  const dial = async (): Promise<Stream> => {
    const { socket, wire } = await openSocket(tls, options);
    return streamOf(socket, wire);
  };
  const client = await openHttps(options.url, dial);
  return {
    title: options.title,
    service: options.service,
    address: maskAddresses(options.url),
    fetch: client.fetch,
    dial,
    close: client.close,
    advice: options.advice,
  };
}

async function identity({ remote, credentials }: TlsOptions): Promise<ConnectionOptions> {
  const { certificate, key, server } = credentials;
  // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED in the environment could turn it off.
  const checked = { rejectUnauthorized: true };
  const own = certificate !== undefined && key !== undefined
    ? { ...checked, cert: certificate, key }
    : checked;
  if (server === undefined) return own;
  const pinned = await parseCertificate(server, remote);
  return {
    ...own,
    ca: [server],
    checkServerIdentity: (_host: string, peer: PeerCertificate) =>
      peer.raw && pinned.raw.equals(peer.raw) ? undefined : new Error(OTHER_CERTIFICATE),
  };
}

async function expiryOf(
  { remote, credentials: { server } }: TlsOptions,
): Promise<{ readonly expires?: Date }> {
  if (server === undefined) return {};
  return { expires: new Date((await parseCertificate(server, remote)).validTo) };
}

async function parseCertificate(pem: string, remote: string): Promise<X509Certificate> {
  const { X509Certificate } = await import("node:crypto");
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new ServerError(
      `The file with the accepted certificate of remote "${remote}" holds no certificate: ${reasonOf(error)}`,
      {
        advice: [
          `Accept the server's certificate again: lxops remote remove ${remote}, then lxops remote add ${remote}`,
        ],
      },
    );
  }
}

const OTHER_CERTIFICATE = "another certificate than the one that was accepted";

/** A socket whose certificate was verified. */
interface Opened {
  readonly socket: TLSSocket;
  readonly wire: Wire;
}

async function openSocket(tls: ConnectionOptions, options: TlsOptions): Promise<Opened> {
  const { connect } = await import("node:tls");
  const { hostname, port } = new URL(options.url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const limit = options.connectLimitMs ?? CONNECT_LIMIT_MS;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(tooLate(limit)), limit);
  const dialing = Deno.connect({ hostname: host, port: Number(port || 443) });
  let wire: Wire | undefined;
  try {
    const connection = await Promise.race([dialing, late.promise]);
    // The kernel detects a server that vanishes.
    connection.setKeepAlive(true);
    wire = await wireOf(connection);
    const socket = connect({ ...tls, host, socket: wire.duplex });
    const secure = new Promise<void>((resolve, reject) => {
      socket.once("secureConnect", resolve);
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the server ended the connection")));
    });
    secure.catch(() => {});
    await Promise.race([secure, late.promise]);
    return { socket, wire };
  } catch (error) {
    wire?.duplex.destroy();
    // A connection that opens too late is closed.
    if (wire === undefined) dialing.then((connection) => connection.close(), () => {});
    throw tlsError(options, error instanceof Error ? error : new Error(String(error)));
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(limitMs: number): Error {
  return new Error(`no answer within ${limitMs / 1000} s`);
}

/** Returns the error of a failed connection, with advice. */
export function tlsError(options: TlsOptions, error: Error): ServerError {
  const { title, remote, url } = options;
  const at = `${title} at "${url}"`;
  const code = (error as { code?: unknown }).code;
  const again = [
    `If the server really has a new certificate: lxops remote remove ${remote}, then lxops remote add ${remote}`,
  ];
  // The TLS library reports an expired self-signed certificate as an unknown one.
  if (unknownIssuer(code) && options.expires && options.expires.getTime() < Date.now()) {
    const until = options.expires.toISOString().slice(0, 10);
    return new ServerError(`The certificate of ${at} is out of date: it was good until ${until}`, {
      advice: again,
    });
  }
  if (error.message === OTHER_CERTIFICATE || code === "ERR_TLS_CERT_ALTNAME_INVALID" || unknownIssuer(code)) {
    return new ServerError(
      options.credentials.server === undefined
        ? `The certificate of ${at} is not one that this machine trusts: ${error.message}`
        : `The certificate of ${at} is not the one that was accepted for remote "${remote}"`,
      { advice: again },
    );
  }
  if (
    code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID" ||
    /expired|not yet valid/i.test(error.message)
  ) {
    return new ServerError(`The certificate of ${at} is out of date: ${error.message}`, { advice: again });
  }
  return new ServerError(`Cannot reach ${at}: ${plain(error)}`, { advice: options.advice });
}

function unknownIssuer(code: unknown): boolean {
  return typeof code === "string" &&
    /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_UNTRUSTED|CERT_SIGNATURE/.test(code);
}

function plain(error: Error): string {
  if (error instanceof Deno.errors.ConnectionRefused) return "connection refused";
  if (error instanceof Deno.errors.ConnectionReset) return "connection reset";
  if (/lookup address|name resolution|not known/i.test(error.message)) return "there is no such host";
  switch ((error as { code?: unknown }).code) {
    case "ECONNRESET":
      return "connection reset";
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "there is no way to that host";
  }
  return reasonOf(error);
}

/** Returns the certificate that a server presents, without verifying it. */
export async function fetchServerCertificate(options: TlsOptions): Promise<X509Certificate> {
  const { X509Certificate } = await import("node:crypto");
  const { socket, wire } = await openSocket({ rejectUnauthorized: false }, options);
  try {
    return new X509Certificate(socket.getPeerCertificate(true).raw);
  } finally {
    socket.destroy();
    wire.duplex.destroy();
  }
}

/**
 * The choice of the daemon: that of `--socket` or `--unix`, that of `--remote`, or the client's current one.
 *
 * @module
 */
import { ServerError, UsageError } from "../../base/errors.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { Backend, Host } from "../../ports/mod.ts";
import type { ClientConfig, ClientRemote } from "../../ports/trust.ts";
import { LOCAL, readClientConfig } from "./client_config.ts";
import type { Credentials } from "../transport/tls.ts";

type Io = Pick<Host, "env" | "readText">;

/** The options that choose a daemon. */
export interface ConnectOptions {
  /** Path of the socket, from the command line. */
  readonly socket?: string;
  /** Name of a remote of the client's configuration. */
  readonly remote?: string;
  /** Requires a daemon behind HTTPS. */
  readonly http?: boolean;
  /** Requires the daemon of this machine. */
  readonly unix?: boolean;
}

/** The address of a daemon, and the client's current project there. */
export type DaemonAddress =
  | { readonly kind: "socket"; readonly path?: string; readonly project: string }
  | {
    readonly kind: "https";
    readonly remote: string;
    readonly url: string;
    readonly project: string;
    /** Directory of the client's configuration. */
    readonly directory: string;
    readonly isPublic: boolean;
    readonly credentials: Credentials;
  };

/**
 * Chooses the daemon.
 *
 * @throws {UsageError} where options contradict each other or name an unknown remote
 */
export async function chooseDaemon(
  backend: Backend,
  options: ConnectOptions,
  host: Io,
): Promise<DaemonAddress> {
  const { socket, unix, http, remote } = options;
  const named = remote !== undefined && remote !== "";
  if (http && (unix || socket)) throw new UsageError("--http contradicts --unix and --socket");
  if (named && remote !== LOCAL && (unix || socket)) {
    throw new UsageError(
      `--unix and --socket mean the daemon of this machine, and --remote means "${remote}"`,
    );
  }
  const config = await readClientConfig(backend, host);
  const localProject = config.remotes.get(LOCAL)?.project || "default";
  if (socket) return { kind: "socket", path: socket, project: localProject };
  const name = named ? remote : unix ? LOCAL : config.current;
  const found = config.remotes.get(name) ?? (name === LOCAL ? LOCAL_REMOTE : undefined);
  if (!found) throw unknownRemote(config, name);
  const project = found.project || "default";
  if (found.addr.startsWith("unix:")) {
    if (http) throw new UsageError(`--http needs a remote behind HTTPS, and "${name}" is "${found.addr}"`);
    const path = found.addr.slice("unix:".length).replace(/^\/\/+(?=\/)/, "").replace(/^\/\/$/, "");
    return { kind: "socket", ...(path ? { path } : {}), project };
  }
  if (!found.addr.startsWith("https://")) {
    throw new UsageError(`Remote "${name}" has the address "${found.addr}"; lxops knows unix: and https://`);
  }
  if (found.protocol === "simplestreams" || found.protocol === "oci") {
    throw new UsageError(`Remote "${name}" (${found.protocol}) has images only; it runs no instances`, [
      `The daemon of this machine: --unix`,
    ]);
  }
  const credentials = await readCredentials(config, name, host);
  const url = found.addr.replace(/\/+$/, "");
  const { directory } = config;
  return { kind: "https", remote: name, url, project, directory, isPublic: found.isPublic, credentials };
}

const LOCAL_REMOTE: ClientRemote = { addr: "unix://", protocol: "", project: "", isPublic: false };

function unknownRemote(config: ClientConfig, name: string): UsageError {
  const known = [...new Set([LOCAL, ...config.remotes.keys()])].sort();
  return new UsageError(`There is no remote "${name}"${didYouMean(name, known)}`, [
    `Known remotes: ${known.join(", ")} (${config.directory}/config.yml)`,
    `To add it: lxops remote add ${name} TOKEN`,
  ]);
}

async function readCredentials(
  config: ClientConfig,
  name: string,
  host: Io,
): Promise<Credentials> {
  const read = async (file: string) => {
    try {
      return await host.readText(`${config.directory}/${file}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ServerError(`Cannot read "${config.directory}/${file}": ${why}`);
    }
  };
  const own = (extension: string) => read(`clientcerts/${name}.${extension}`);
  const [server, ownCertificate, ownKey, certificate, key] = await Promise.all([
    read(`servercerts/${name}.crt`),
    own("crt"),
    own("key"),
    read("client.crt"),
    read("client.key"),
  ]);
  const mine = ownCertificate !== undefined && ownKey !== undefined
    ? { certificate: ownCertificate, key: ownKey }
    : certificate !== undefined && key !== undefined
    ? { certificate, key }
    : undefined;
  return { ...mine, ...(server === undefined ? {} : { server }) };
}

/**
 * The daemon that a program works with.
 *
 * @module
 */
import { makeHost } from "../adapters/host/host.ts";
import type { Format } from "../config/format.ts";
import type { Backend, Host } from "../ports/mod.ts";

/** A daemon behind HTTPS that the configuration of the daemon's own client does not have. */
export interface Https {
  /** Address of the daemon, such as `https://10.0.0.2:8443`. */
  readonly url: string;
  /** Certificate of the daemon, in PEM; no other is accepted. */
  readonly server: string;
  /** Certificate of this client, in PEM, which the daemon trusts. */
  readonly certificate: string;
  /** Key of that certificate, in PEM. */
  readonly key: string;
}

/** The daemon, and how configurations are read. Without `socket`, `remote` and `https`, it is the one that the client uses. */
export interface ClientOptions {
  /** The kind of daemon: `incus`, `lxd`, or one of your own. */
  readonly backend: Backend;
  /** Path of the daemon's Unix socket. */
  readonly socket?: string;
  /** Name of a remote in the configuration of the daemon's own client. */
  readonly remote?: string;
  /** A daemon behind HTTPS. */
  readonly https?: Https;
  /** Project of instances whose configuration names none; absent: the client's current one, or `default`. */
  readonly project?: string;
  /** Unknown and repeated keys of configuration files are errors. */
  readonly strict?: boolean;
  /** Formats of configuration files besides those that lxops knows; see `defineFormat()`. */
  readonly formats?: readonly Format[];
}

/**
 * A daemon to work with. Each call connects to it and closes its connections in the end, so that there is nothing to
 * close. Calls may run side by side.
 */
export interface Client extends ClientOptions {
  /** The machine when the client was opened: the user, and the directory that paths are relative to. */
  readonly machine: Machine;
}

/** The machine, observed once for all calls of a client. */
export interface Machine {
  /** The process runs as root; others run programs of the host behind sudo. */
  readonly isRoot: boolean;
  /** The directory that paths are relative to. */
  readonly cwd: string;
}

/** The client with all that it has. */
interface OpenClient extends Client {
  readonly machine: Host;
}

/**
 * Opens a client. Nothing is asked of the daemon yet.
 *
 * ```ts
 * import { incus, open } from "@lxops/lxops";
 *
 * const client = open({ backend: incus });
 * const other = open({ backend: incus, socket: "/run/incus/unix.socket", project: "ci" });
 * ```
 */
export function open(options: ClientOptions): Client {
  const client: OpenClient = { ...options, machine: makeHost() };
  return client;
}

/** Returns the machine of a client. */
export function hostOf(client: Client): Host {
  return (client as OpenClient).machine;
}

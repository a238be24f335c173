/**
 * The daemon of a command line: its address and the connection to it, each found when it is needed.
 *
 * @module
 */
import type { Connection } from "../adapters/daemon/daemon.ts";
import type { DaemonAddress } from "../adapters/remote/connection_target.ts";
import type { GlobalOptions, NewRemote } from "../cli/command/app.ts";
import type { Backend, Host } from "../ports/mod.ts";

/** The daemon of an app; both are worked out at the first call. */
export interface Daemon {
  address(): Promise<DaemonAddress>;
  connection(): Promise<Connection>;
}

/** The parts that the daemons of one run share. */
export interface DaemonContext {
  readonly backend: Backend;
  readonly host: Host;
  /** Every connection that was opened, to be closed at the end of the run. */
  readonly opened: Connection[];
  /** Shows the event that the run waits for. */
  readonly tell: (text: string) => void;
}

/** Returns the daemon that the options name, or the one at `known`. */
export function findDaemon(context: DaemonContext, globals: GlobalOptions, known?: DaemonAddress): Daemon {
  const { backend, host, opened, tell } = context;
  let chosen: Promise<DaemonAddress> | undefined;
  const { project } = globals;
  const choose = async () => {
    const { chooseDaemon } = await import("../adapters/remote/connection_target.ts");
    const found = known ?? await chooseDaemon(backend, globals, host);
    return project === undefined ? found : { ...found, project };
  };
  const address = () => chosen ??= known && project === undefined ? Promise.resolve(known) : choose();
  let connection: Promise<Connection> | undefined;
  const open = async () => {
    const [{ connect }, at] = await Promise.all([import("../adapters/daemon/daemon.ts"), address()]);
    const elsewhere = (remote: string) => findDaemon(context, optionsFor(globals, remote)).connection();
    const made = await connect(backend, at, host, { elsewhere, tell });
    opened.push(made);
    return made;
  };
  return { address, connection: () => connection ??= open() };
}

/** Returns the options that lead to another remote. */
export function optionsFor(globals: GlobalOptions, remote: string): GlobalOptions {
  return { ...globals, remote, socket: "", http: false, unix: false };
}

/** Returns the address of a daemon that the client's configuration does not have yet. */
export function addressOf({ remote, url, server, certificate, key }: NewRemote): DaemonAddress {
  const credentials = { certificate, key, server };
  return { kind: "https", remote, url, project: "default", directory: "", isPublic: false, credentials };
}

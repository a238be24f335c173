/**
 * The way to a daemon: its reading and its changing half over one connection.
 *
 * @module
 */
import type { Backend, Host, InstanceControl, InstanceServer } from "../ports.ts";
import { runInInstance } from "./exec.ts";
import { pushFile } from "./files.ts";
import { openSocket } from "./http.ts";
import { send } from "./operation.ts";
import { instanceServer } from "./reads.ts";
import { findSocket, startAdvice } from "./socket.ts";

/** How a person said where the daemon is. */
export interface ConnectOptions {
  /** Path of the socket, from the command line. */
  readonly socket?: string;
}

/** A daemon, to look at and to change. */
export interface Connection {
  readonly server: InstanceServer;
  readonly control: InstanceControl;
  close(): void;
}

/** Connects to the daemon; throws a `ServerError` that says what to do where there is none to talk to. */
export async function connect(
  backend: Backend,
  options: ConnectOptions,
  host: Pick<Host, "env">,
): Promise<Connection> {
  const path = await findSocket(backend, options.socket, host);
  const endpoint = openSocket(backend.title, path, startAdvice(backend));
  return {
    server: instanceServer(endpoint),
    control: {
      send: (request, signal, onProgress) => send(endpoint, request, signal, onProgress),
      exec: (exec, onLine, signal) => runInInstance(endpoint, exec, onLine, signal),
      push: (push, signal) => pushFile(endpoint, push, signal),
    },
    close: () => endpoint.client.close(),
  };
}

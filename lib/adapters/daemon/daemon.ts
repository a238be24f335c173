/**
 * The connection to a daemon, with one port to read and one to change.
 *
 * @module
 */
import { ServerError } from "../../base/errors.ts";
import type { Backend, Host, InstanceControl, InstanceServer } from "../../ports/mod.ts";
import { timed } from "../transport/clock.ts";
import type { Endpoint, Tell } from "../transport/endpoint.ts";
import { openSocket } from "../transport/unix_socket.ts";
import { Descriptions } from "./descriptions.ts";
import { askWithGrace, jsonCall, send } from "./operation.ts";
import { instancePath } from "./paths.ts";
import { instanceServer } from "./reads.ts";
import { findSocket, startAdvice } from "../transport/socket.ts";
import type { DaemonAddress } from "../remote/connection_target.ts";

/** A connection to a daemon, to read and to change. */
export interface Connection {
  readonly endpoint: Endpoint;
  readonly server: InstanceServer;
  readonly control: InstanceControl;
  close(): void;
}

/** Optional parts of a connection. */
export interface ConnectOptions {
  /** Connects to the daemon of another remote, for images that come from one. */
  readonly elsewhere?: (remote: string) => Promise<Connection>;
  /** Tells the user what lxops waits for. */
  readonly tell?: Tell;
}

/**
 * Connects to the daemon.
 *
 * @throws {ServerError} where there is none, with advice
 */
export async function connect(
  backend: Backend,
  address: DaemonAddress,
  host: Pick<Host, "env">,
  { elsewhere = onlyDaemon, tell }: ConnectOptions = {},
): Promise<Connection> {
  const { endpoint, now } = timed(await open(backend, address, host, tell));
  const there = async (remote: string) => (await elsewhere(remote)).endpoint;
  const server = instanceServer(endpoint);
  const descriptions = new Descriptions((path) => server.get(path));
  return {
    endpoint,
    server: {
      ...server,
      now,
      instances: async (...asked) => {
        const found = await server.instances(...asked);
        for (const one of found) descriptions.note(one);
        return found;
      },
      instance: async (ref) => {
        const found = await server.instance(ref);
        if (found) descriptions.note(found);
        return found;
      },
    },
    control: {
      send: async (request, signal, onProgress, settleMs) =>
        await send(endpoint, await descriptions.kept(request), signal, onProgress, settleMs),
      begin: async (request, signal) => await askWithGrace(endpoint, jsonCall(request), signal),
      // Modules that are not needed before the first change are loaded with it.
      exec: async (exec, onLine, signal, input) => {
        const { asLines, runInInstance } = await import("./exec.ts");
        return await runInInstance(endpoint, exec, asLines(onLine), signal, input);
      },
      pipe: async (exec, onBytes, signal, input) => {
        const { asBytes, runInInstance } = await import("./exec.ts");
        return await runInInstance(endpoint, exec, asBytes(onBytes), signal, input);
      },
      forward: async (...asked) => await (await import("./port_forward.ts")).forwardCall(endpoint, ...asked),
      prepare: () => import("./exec.ts"),
      shell: async (exec, signal) => await (await import("./shell.ts")).runShell(endpoint, exec, signal),
      push: async (push, signal) => await (await import("./push.ts")).pushFile(endpoint, push, signal),
      copy: async (copy, signal, events) =>
        await (await import("../sftp/session.ts"))
          .copyFiles(endpoint, instancePath(copy.instance, "sftp"), copy, { signal, events }),
      withFiles: async (ref, act, signal) =>
        await (await import("../sftp/guest_files.ts"))
          .withGuestFiles(endpoint, instancePath(ref, "sftp"), act, signal),
      transfer: async (what, signal, onProgress, settleMs) =>
        what.direction === "backup" || what.direction === "restore"
          ? await (await import("./volumes.ts")).transferVolume(endpoint, what, signal, onProgress, settleMs)
          : await (await import("./images.ts")).transferImage(endpoint, what, there, signal, onProgress),
    },
    close: () => endpoint.close(),
  };
}

function onlyDaemon(remote: string): Promise<never> {
  return Promise.reject(new Error(`Nothing connects to remote "${remote}" here`));
}

async function open(
  backend: Backend,
  address: DaemonAddress,
  host: Pick<Host, "env">,
  tell: Tell | undefined,
): Promise<Endpoint> {
  if (address.kind === "socket") {
    const path = await findSocket(backend, address.path, host);
    return openSocket(backend, path, startAdvice(backend), tell);
  }
  // Loaded here, because commands on the socket do not need it.
  const { title, service } = backend;
  const { openTls } = await import("../transport/tls.ts");
  const { remote, url, credentials, directory } = address;
  if (!credentials.certificate && !address.isPublic) {
    throw new ServerError(
      `There is no client certificate for remote "${remote}": "${directory}" has no client.crt and client.key`,
      { advice: [`To make one and have it trusted: lxops remote add ${remote} TOKEN`] },
    );
  }
  const advice = [
    `See whether the server of remote "${remote}" runs and listens there (core.https_address)`,
    "The daemon of this machine: --unix",
  ];
  const endpoint = await openTls({ title, service, remote, url, credentials, advice });
  return tell ? { ...endpoint, tell } : endpoint;
}

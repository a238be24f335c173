/**
 * Connections to ports in instances, which the daemon makes in the instance's own network (extension
 * `instance_port_forward`).
 * Rule of the request: `POST /1.0/instances/{name}/port-forward` of the REST API of Incus; the answer 101 comes once the
 * port is connected, and bytes of the connection follow.
 *
 * @module
 */
import { LxopsError } from "../../base/errors.ts";
import type { Call } from "../../ports/dial.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import { hostOf, statusOf } from "../http_status.ts";
import type { Endpoint, Stream } from "../transport/endpoint.ts";
import { connectionError } from "../transport/http.ts";
import { upgrade } from "../transport/websocket.ts";
import { portForwardPath } from "./requests.ts";

/** Connects to a port in an instance, and asks the HTTP server there where a path is given. */
export async function forwardCall(
  endpoint: Endpoint,
  instance: InstanceRef,
  { address, port, path }: Call,
  signal: AbortSignal,
): Promise<number | undefined> {
  const url = portForwardPath(instance);
  const body = JSON.stringify({ address, port });
  const headers = ["Upgrade: tcp", "Content-Type: application/json", `Content-Length: ${body.length}`];
  try {
    const { connection, rest } = await upgrade(endpoint, url, headers, { method: "POST", body, signal });
    try {
      if (path === undefined) return undefined;
      return await statusOf(connection, { host: hostOf(address, port), path, before: rest });
    } finally {
      closeQuietly(connection);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof LxopsError ? error : connectionError(endpoint, `POST ${url}`, error);
  }
}

function closeQuietly(connection: Stream): void {
  try {
    connection.close();
  } catch {
    // Closed already, from either side.
  }
}

/**
 * Connections to addresses of instances, for checks. `fetch` is not used: it would follow the proxies of the
 * environment, and read whatever a server sends.
 *
 * @module
 */
import type { Dial } from "../../ports/dial.ts";
import { hostOf, statusOf } from "../http_status.ts";

/** Connects to a port, and asks the HTTP server there where a path is given. */
export const dial: Dial = async ({ address, port, path }, signal) => {
  const connection = await Deno.connect({ hostname: address, port, signal });
  let closed = false;
  const close = () => {
    if (!closed) connection.close();
    closed = true;
  };
  signal.addEventListener("abort", close, { once: true });
  try {
    signal.throwIfAborted();
    return path === undefined ? undefined : await statusOf(connection, { host: hostOf(address, port), path });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
};

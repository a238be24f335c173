/**
 * Connections to addresses of instances, for checks. `fetch` is not used: it would follow the proxies of the
 * environment, and read whatever a server sends.
 *
 * @module
 */
import { concat } from "../../base/bytes.ts";
import type { Dial } from "../../ports/dial.ts";

/** The most bytes of an answer that are read for its first line. */
const LINE = 4096;

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
    return path === undefined ? undefined : await statusOf(connection, hostOf(address, port), path);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
};

function hostOf(address: string, port: number): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}

async function statusOf(connection: Deno.Conn, host: string, path: string): Promise<number | undefined> {
  const head = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    "User-Agent: lxops",
    "Accept: */*",
    "Connection: close",
  ];
  for (let left = new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`); left.length > 0;) {
    left = left.subarray(await connection.write(left));
  }
  const parts: Uint8Array[] = [];
  const buffer = new Uint8Array(LINE);
  for (let size = 0; size < LINE && !parts.at(-1)?.includes(10);) {
    const count = await connection.read(buffer);
    if (count === null) break;
    parts.push(buffer.slice(0, count));
    size += count;
  }
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})\b/.exec(new TextDecoder().decode(concat(parts)))?.[1];
  return status === undefined ? undefined : Number(status);
}

/**
 * The status of an HTTP server's answer, over any connection. Nothing else of an answer is read.
 *
 * @module
 */
import { concat } from "../base/bytes.ts";

/** The most bytes of an answer that are read for its first line. */
const LINE = 4096;

/** A question to an HTTP server. */
export interface Question {
  readonly host: string;
  readonly path: string;
  readonly before?: Uint8Array;
}

/** Returns an address and a port as the header `Host` has them. */
export function hostOf(address: string, port: number): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/**
 * Asks an HTTP server for a path, and returns the status of its answer.
 *
 * @param before data that the server has sent already
 */
export async function statusOf(
  connection: Pick<Deno.Conn, "read" | "write">,
  { host, path, before = new Uint8Array() }: Question,
): Promise<number | undefined> {
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
  const parts: Uint8Array[] = [before];
  const buffer = new Uint8Array(LINE);
  for (let size = before.length; size < LINE && !parts.at(-1)?.includes(10);) {
    const count = await connection.read(buffer);
    if (count === null) break;
    parts.push(buffer.slice(0, count));
    size += count;
  }
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})\b/.exec(new TextDecoder().decode(concat(parts)))?.[1];
  return status === undefined ? undefined : Number(status);
}

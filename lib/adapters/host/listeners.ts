/**
 * Addresses that programs of this machine listen at, from the tables of its sockets.
 *
 * @module
 */
import type { Listener } from "../../ports/mod.ts";
import { runProgram } from "./process.ts";
import { findProgram } from "./programs.ts";

/** Tables of sockets, and the state of those that listen. */
const TABLES = [
  { path: "/proc/net/tcp", protocol: "tcp", state: "0A" },
  { path: "/proc/net/tcp6", protocol: "tcp", state: "0A" },
  { path: "/proc/net/udp", protocol: "udp", state: "07" },
  { path: "/proc/net/udp6", protocol: "udp", state: "07" },
] as const;

/** Returns the text of an address of a table, whose words have their bytes in reverse. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => parseInt(byte, 16)).join(".");
  const groups = bytes.flatMap((byte, index) => index % 2 === 0 ? [`${byte}${bytes[index + 1]}`] : []);
  const mapped = /^(?:0000){5}ffff(.{8})$/i.exec(groups.join(""));
  if (mapped) return (mapped[1]!.match(/../g) ?? []).map((byte) => parseInt(byte, 16)).join(".");
  return groups.map((group) => parseInt(group, 16).toString(16)).join(":");
}

/** Reads the sockets that listen out of the text of a table. */
export function parseSockets(
  text: string,
  protocol: Listener["protocol"],
  state: string,
): readonly Listener[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /.exec(line);
    if (!match || match[3] !== state) return [];
    return [{ protocol, address: addressOf(match[1]!), port: parseInt(match[2]!, 16) }];
  });
}

/** Lists the addresses that programs listen at; `undefined` where the machine does not tell. */
export async function listeners(): Promise<readonly Listener[] | undefined> {
  const program = await findProgram("cat");
  if (program === undefined) return undefined;
  const texts = await Promise.all(TABLES.map(async ({ path, protocol, state }) => {
    // Deno reads /proc only with all permissions. A machine without IPv6 lacks two of the tables.
    const { stdout } = await runProgram(
      [program, "--", path],
      undefined,
      () => {},
      new AbortController().signal,
    );
    return parseSockets(stdout, protocol, state);
  }));
  return texts.flat();
}

/**
 * Writes entries of a tar archive as GNU tar reads them: ustar, with PAX records where that has no room.
 *
 * @module
 */
import { BLOCK, fromBinary, type TarHeader } from "./read.ts";
import { concat } from "../../base/bytes.ts";

/** Returns the end of an archive. */
export function endOfArchive(): Uint8Array {
  return new Uint8Array(2 * BLOCK);
}

/** Returns the bytes that fill the last block of data. */
export function padding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - size % BLOCK) % BLOCK);
}

/** Returns the blocks before an entry's data; `records` are further PAX records. */
export function writeHeader(
  header: TarHeader,
  records: Readonly<Record<string, string>> = {},
): Uint8Array {
  const needed = new Map(Object.entries(records));
  if (header.path.length > 100) needed.set("path", header.path);
  if (header.linkPath.length > 100) needed.set("linkpath", header.linkPath);
  if (header.size > 0o77777777777) needed.set("size", String(header.size));
  if (header.uid > 0o7777777) needed.set("uid", String(header.uid));
  if (header.gid > 0o7777777) needed.set("gid", String(header.gid));
  if (!/^\d{1,10}$/.test(header.mtime)) needed.set("mtime", header.mtime);
  for (const [key, value] of header.attributes) needed.set(key, value);
  if (needed.size === 0) return block(header);
  const text = [...needed].map(([key, value]) => record(key, value)).join("");
  const pax = block({
    ...header,
    path: "lxops-records",
    linkPath: "",
    type: "x",
    mode: 0o600,
    uid: 0,
    gid: 0,
    size: text.length,
    mtime: "0",
    major: 0,
    minor: 0,
  });
  return concat([pax, fromBinary(text), padding(text.length), block(header)]);
}

/** Returns `LENGTH KEY=VALUE`, where the length counts itself. */
function record(key: string, value: string): string {
  const rest = key.length + value.length + 3;
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function block(header: TarHeader): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  const put = (at: number, size: number, text: string) => bytes.set(fromBinary(text.slice(0, size)), at);
  // Values that do not fit are in the PAX records.
  const octal = (at: number, size: number, value: number) => {
    const text = Math.max(0, value).toString(8);
    put(at, size - 1, text.length < size ? text.padStart(size - 1, "0") : "0".repeat(size - 1));
  };
  put(0, 100, header.path);
  octal(100, 8, header.mode);
  octal(108, 8, header.uid);
  octal(116, 8, header.gid);
  octal(124, 12, header.size);
  octal(136, 12, /^\d{1,10}$/.test(header.mtime) ? Number(header.mtime) : 0);
  put(148, 8, " ".repeat(8));
  put(156, 1, header.type);
  put(157, 100, header.linkPath);
  put(257, 8, "ustar\x0000");
  octal(329, 8, header.major);
  octal(337, 8, header.minor);
  const sum = bytes.reduce((sum, byte) => sum + byte, 0);
  put(148, 8, `${sum.toString(8).padStart(6, "0")}\0 `);
  return bytes;
}

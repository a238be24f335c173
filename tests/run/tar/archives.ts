/** Archives for tests, made of what is worth saying about their entries. */
import type { TarHeader } from "../../../lib/run/tar/read.ts";
import { concat } from "../../../lib/base/bytes.ts";
import { endOfArchive, padding, writeHeader } from "../../../lib/run/tar/write.ts";

/** Description of an entry by a test; everything else is that of an empty file of root. */
export type EntrySpec = Partial<Omit<TarHeader, "attributes">> & {
  readonly path: string;
  readonly data?: Uint8Array;
  readonly attributes?: Readonly<Record<string, string>>;
};

/** A header with everything that a test did not say. */
export function headerOf({ data, attributes, ...given }: EntrySpec): TarHeader {
  return {
    type: "0",
    linkPath: "",
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: data?.length ?? 0,
    mtime: "1000000000",
    major: 0,
    minor: 0,
    attributes: new Map(Object.entries(attributes ?? {})),
    ...given,
  };
}

/** An archive as bytes. */
export function archiveOf(entries: readonly EntrySpec[]): Uint8Array {
  const parts = entries.flatMap((entry) => {
    const data = entry.data ?? new Uint8Array();
    return [writeHeader(headerOf(entry)), data, padding(data.length)];
  });
  return concat([...parts, endOfArchive()]);
}

/** Bytes in chunks of an odd size. */
export async function* chunks(bytes: Uint8Array, size = 700): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

/** All that a generator yields. */
export async function gather(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return concat(await Array.fromAsync(source));
}

/** Text as bytes. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Runs a program that reads bytes, and returns what it prints. */
export async function filter(program: string, args: readonly string[], input: Uint8Array): Promise<string> {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { LC_ALL: "C", TZ: "UTC" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new Uint8Array(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder("latin1").decode(stdout);
}

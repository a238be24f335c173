/**
 * Kept files as one text, which is stored beside the data of an instance.
 *
 * @module
 */
import type { InstanceRef } from "../../ports/mod.ts";

/** A file or directory that is kept. */
export interface KeptFile {
  readonly kind: "file" | "directory";
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Empty for a directory. */
  readonly content: Uint8Array;
}

/** The first line of the text. */
const HEADER = "#lxops-kept-v1";
/** Length of a line of content. */
const WIDTH = 76;
/** The most files that are kept. */
export const MOST_FILES = 256;
/** The most bytes of all of them. */
export const MOST_BYTES = 512 * 1024;
/** The most bytes of the text. */
export const MOST_TEXT = 1024 * 1024 - 4096;
/** Bits of a mode that are kept, without setuid and setgid. */
const MODE_BITS = 0o777;
/** The largest id. */
const LARGEST = 2 ** 32 - 2;

/** Returns the text that tells an instance from others. */
export function ownerOf({ project, name }: InstanceRef): string {
  return `${project || "default"}/${name}`;
}

const OWNER = /^instance ([^\s\/]{1,64}\/[A-Za-z0-9-]{1,63})$/;

/** Returns the instance whose files a text has; `undefined` where it does not say. */
export function bundleOwner(text: string): string | undefined {
  return OWNER.exec(text.split("\n", 2)[1] ?? "")?.[1];
}

/** Writes files of an instance as a text. */
export function encodeBundle(files: readonly KeptFile[], owner?: string): string {
  return [
    HEADER,
    ...(owner === undefined ? [] : [`instance ${owner}`]),
    ...files.map(({ kind, path, mode, uid, gid, content }) => {
      const text = content.toBase64();
      const lines = Array.from(
        { length: Math.ceil(text.length / WIDTH) },
        (_, at) => text.slice(at * WIDTH, (at + 1) * WIDTH),
      );
      return [`${kind} ${(mode & MODE_BITS).toString(8)} ${uid}:${gid} ${JSON.stringify(path)}`, ...lines]
        .join("\n");
    }),
    "",
  ].join("\n");
}

/** Reads files from a text of unknown origin; `undefined` where it is no bundle. */
export function decodeBundle(text: string): readonly KeptFile[] | undefined {
  const [header, ...lines] = text.split("\n");
  if (header !== HEADER || text.length > MOST_TEXT) return undefined;
  const files: KeptFile[] = [];
  let content = "";
  let head: Omit<KeptFile, "content"> | undefined;
  const finish = (): boolean => {
    if (!head) return content === "";
    try {
      files.push({ ...head, content: Uint8Array.fromBase64(content) });
    } catch {
      return false;
    }
    content = "";
    return files.length <= MOST_FILES;
  };
  for (const [at, line] of lines.entries()) {
    if (at === 0 && OWNER.test(line)) continue;
    const found = /^(file|directory) ([0-7]{1,4}) (\d{1,10}):(\d{1,10}) (".*")$/.exec(line);
    if (!found) {
      if (!/^[A-Za-z0-9+\/=]*$/.test(line)) return undefined;
      content += line;
      continue;
    }
    if (!finish()) return undefined;
    const [, kind, mode = "", uid, gid, path = ""] = found;
    const name = pathOf(path);
    if (name === undefined || Number(uid) > LARGEST || Number(gid) > LARGEST) return undefined;
    head = {
      kind: kind === "file" ? "file" : "directory",
      path: name,
      mode: parseInt(mode, 8) & MODE_BITS,
      uid: Number(uid),
      gid: Number(gid),
    };
  }
  return finish() ? files : undefined;
}

function pathOf(text: string): string | undefined {
  let path: unknown;
  try {
    path = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof path !== "string" || !path.startsWith("/") || path.length > 4096 || path.includes("\0")) {
    return undefined;
  }
  const parts = path.slice(1).split("/");
  return parts.some((part) => part === "" || part === "." || part === "..") ? undefined : path;
}

const HOST_KEY = /^\/etc\/ssh\/ssh_host_[a-z0-9]{1,20}_key(?:\.pub)?$/;

/** Tells whether a configuration keeps a path: by a word, the path itself or a directory above it. */
export function isKept(path: string, keep: readonly string[]): boolean {
  return keep.some((one) =>
    one === "ssh-host-keys"
      ? HOST_KEY.test(path)
      : one === "machine-id"
      ? path === "/etc/machine-id"
      : path === one || path.startsWith(`${one}/`)
  );
}

/**
 * Tells whether stored files are those of an instance under an earlier name: its machine id and SSH host keys are the
 * same, or all files where there are none of these.
 */
export function areSame(stored: readonly KeptFile[], now: readonly KeptFile[]): boolean {
  const files = stored.filter(({ kind }) => kind === "file");
  const ids = files.filter(({ path }) => isKept(path, ["machine-id", "ssh-host-keys"]));
  const all = ids.length > 0 ? ids : files;
  return all.every(({ path, content }) => {
    const there = now.find((one) => one.path === path && one.kind === "file");
    return there !== undefined && there.content.length === content.length &&
      there.content.every((byte, at) => byte === content[at]);
  });
}

/** Returns files with those of before that are kept and not there any more. */
export function mergedFiles(
  before: readonly KeptFile[],
  now: readonly KeptFile[],
  keep: readonly string[],
): readonly KeptFile[] {
  const known = new Set(now.map(({ path }) => path));
  return [...now, ...before.filter(({ path }) => isKept(path, keep) && !known.has(path))];
}

/**
 * The content of one directory out of the archive of an instance, as another archive with the ids of the host.
 *
 * An archive can be read once, from its start to its end, so it is requested again where the directory's path leads
 * through a symbolic link, or a file has its data under another name.
 *
 * @module
 */
import { LxopsError } from "../../base/errors.ts";
import type { HostIds } from "../../plan/instance/idmap.ts";
import { shiftHeader } from "./ids.ts";
import { type TarHeader, TarReader, toBinary } from "./read.ts";
import { writeFile } from "./sparse.ts";
import { endOfArchive, writeHeader } from "./write.ts";

/** Directory of an instance's files in its backup. */
const ROOT = "backup/container/rootfs";
const LINKS_LIMIT = 40;

/** Directory of an instance to read, and how. */
export interface ContentOptions {
  /** Path of the directory in the instance. */
  readonly path: string;
  readonly ids: HostIds;
  /** Opens the archive, from its start. */
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
  /** Takes notes for the user. */
  readonly note: (text: string) => void;
}

/** Yields an archive of a directory, with the directory itself as its first entry. */
export async function* directoryContent(options: ContentOptions): AsyncGenerator<Uint8Array> {
  let path = clean(toBinary(new TextEncoder().encode(options.path)));
  const pass: Pass = { ...options, pending: new Map(), skipped: 0 };
  for (let links = 0;; links++) {
    const found = yield* firstPass(path, pass);
    if (found === "directory") break;
    if (typeof found === "object" && links < LINKS_LIMIT) {
      path = found.link;
      continue;
    }
    const why = found === undefined
      ? "is not in the image"
      : found === "other"
      ? "is not a directory in the image"
      : "leads through too many links in the image";
    pass.note(`"${options.path}" ${why}: its device starts empty`);
    yield writeHeader(shiftHeader(EMPTY, options.ids));
    break;
  }
  while (pass.pending.size > 0) yield* laterPass(pass);
  if (pass.skipped > 0) {
    pass.note(`${pass.skipped} device nodes of the image were left out of "${options.path}"`);
  }
  yield endOfArchive();
}

const EMPTY: TarHeader = {
  path: ".",
  type: "5",
  linkPath: "",
  mode: 0o755,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: "0",
  major: 0,
  minor: 0,
  attributes: new Map(),
};

interface Pass extends Pick<ContentOptions, "ids" | "open" | "note"> {
  /** Files that are still to be written, by the path at which the archive has their data: names for them. */
  readonly pending: Map<string, string[]>;
  skipped: number;
}

type Found = "directory" | "other" | { readonly link: string } | undefined;

/** Writes the directory; where its path leads through a link, only says where to. */
async function* firstPass(path: string, pass: Pass): AsyncGenerator<Uint8Array, Found> {
  const reader = new TarReader(await pass.open());
  let found: Found;
  try {
    for (let header = await reader.next(); header; header = await reader.next()) {
      const at = pathInside(header.path);
      if (at === undefined) continue;
      if (header.type === "2" && path !== "" && within(path, at)) {
        return { link: follow(at, header.linkPath, path) };
      }
      if (!within(at, path)) continue;
      if (at === path) {
        if (header.type !== "5") return "other";
        found = "directory";
      }
      yield* writeEntry(header, { at, path }, reader, pass);
    }
  } finally {
    await reader.close();
  }
  return found;
}

async function* writeEntry(
  header: TarHeader,
  { at, path }: { readonly at: string; readonly path: string },
  reader: TarReader,
  pass: Pass,
): AsyncGenerator<Uint8Array> {
  const name = nameIn(at, path);
  switch (header.type) {
    case "0":
    case "7":
      return yield* writeFile(shiftHeader({ ...header, type: "0", path: name }, pass.ids), reader.data());
    case "1": {
      const first = pathInside(header.linkPath);
      if (first === undefined) throw strange(header);
      // A link's other name may lie elsewhere in the instance, where this directory does not have it.
      if (!within(first, path)) pass.pending.set(first, [...pass.pending.get(first) ?? [], name]);
      else yield writeHeader(linkTo({ ...header, path: name }, nameIn(first, path), pass.ids));
      return;
    }
    case "2":
    case "5":
    case "6":
      yield writeHeader(shiftHeader({ ...header, size: 0, path: name }, pass.ids));
      return;
    case "3":
    case "4":
      // A container cannot make devices of the host, and no image makes them for it. 0/0 is no device: overlay
      // filesystems write it for what is deleted.
      if (header.type === "3" && header.major === 0 && header.minor === 0) {
        yield writeHeader(shiftHeader({ ...header, size: 0, path: name }, pass.ids));
      } else pass.skipped++;
      return;
  }
  throw strange(header);
}

/** Attributes of a link are those of its file, which has them already. */
function linkTo(header: TarHeader, linkPath: string, ids: HostIds): TarHeader {
  return { ...shiftHeader({ ...header, attributes: new Map() }, ids), type: "1", size: 0, linkPath };
}

/** Writes files whose data is elsewhere in the archive. */
async function* laterPass(pass: Pass): AsyncGenerator<Uint8Array> {
  const reader = new TarReader(await pass.open());
  const before = pass.pending.size;
  try {
    for (let header = await reader.next(); header && pass.pending.size > 0; header = await reader.next()) {
      const at = pathInside(header.path);
      const [first, ...others] = at === undefined ? [] : pass.pending.get(at) ?? [];
      if (first === undefined || header.type !== "0") continue;
      pass.pending.delete(at!);
      yield* writeFile(shiftHeader({ ...header, path: first }, pass.ids), reader.data());
      for (const path of others) yield writeHeader(linkTo({ ...header, path }, first, pass.ids));
    }
  } finally {
    await reader.close();
  }
  if (pass.pending.size === before) {
    throw new LxopsError(`The daemon's archive has no data for "/${[...pass.pending.keys()][0]}"`);
  }
}

function strange(header: TarHeader): LxopsError {
  return new LxopsError(
    `The daemon's archive has "${header.path}", of a type ("${header.type}") that lxops does not know`,
  );
}

/**
 * Returns the path in the instance of a path of the archive; `undefined` where it is not among the instance's
 * files.
 */
function pathInside(path: string): string | undefined {
  if (path !== ROOT && !path.startsWith(`${ROOT}/`)) return undefined;
  const inside = path.slice(ROOT.length + 1);
  if (inside.split("/").some((part) => part === ".." || part === "." || part === "") && inside !== "") {
    throw new LxopsError(`The daemon's archive has a path that leads out of it: "${path}"`);
  }
  return inside;
}

/** Normalises a path, which then begins at the root. */
function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function within(path: string, directory: string): boolean {
  return directory === "" || path === directory || path.startsWith(`${directory}/`);
}

function nameIn(at: string, path: string): string {
  if (at === path) return ".";
  return `./${path === "" ? at : at.slice(path.length + 1)}`;
}

/** Returns the target of a path whose part `at` is a link to `target`. */
function follow(at: string, target: string, path: string): string {
  const rest = path.slice(at.length);
  const parent = at.includes("/") ? at.slice(0, at.lastIndexOf("/")) : "";
  return clean(target.startsWith("/") ? `${target}${rest}` : `${parent}/${target}${rest}`);
}

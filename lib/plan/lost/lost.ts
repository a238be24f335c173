/**
 * Files that a rebuild of an instance would destroy: those outside its devices that are neither of its image, nor of a
 * package, nor made by lxops.
 *
 * @module
 */
import { StateError } from "../../base/errors.ts";
import { sizeText } from "../../base/sizes.ts";
import type { Item } from "../../cloudconfig/model/item.ts";
import { TREE } from "../../cloudconfig/shell/tree.ts";
import { END, notWholeAdvice } from "../drift/answer.ts";
import { type ScriptPart, wholeScript } from "../drift/script.ts";
import { isKept } from "../provision/bundle.ts";
import { LOST } from "./shell.ts";

/** A file that would be lost. */
export interface LostFile {
  readonly path: string;
  readonly bytes: number;
  /** Seconds since 1970. */
  readonly modified: number;
}

/** The files of an instance that a rebuild would destroy. */
export interface Lost {
  /** The largest files. */
  readonly files: readonly LostFile[];
  /** The paths of those that cloud-config files wrote, and others changed since. */
  readonly edited: readonly string[];
  /** The number of all files, and their size. */
  readonly count: number;
  readonly bytes: number;
  /** The extent of the list of files that lxops left: all of them, a part, or nothing. */
  readonly baseline: "whole" | "part" | "none";
  /** Tells whether the instance has more files than it looked at. */
  readonly cut: boolean;
}

/** The number of files at which an instance ends its look. */
const SEEN = 500_000;

/** Returns the files that items write, which a rebuild writes again. */
export function managedPaths(items: readonly Item[]): readonly string[] {
  const checks = items.flatMap(({ checks = [] }) => checks);
  return [...new Set(checks.flatMap((check) => check.kind === "file" ? check.path : []))];
}

/**
 * Returns the script that finds what would be lost.
 *
 * @param since seconds since 1970 when the instance was created
 * @param first shell functions, and calls of them that come first
 */
export function lostScript(since: number, first: ScriptPart = { texts: [], calls: [] }): string {
  return wholeScript([...first.texts, TREE, LOST], [...first.calls, `lxops_lost ${since}`]);
}

/** Files that are not lost, as something brings them back. */
export interface Kept {
  /** The paths that a rebuild keeps. */
  readonly keep?: readonly string[];
  /** The files that lxops writes again. */
  readonly managed?: readonly string[];
  /** The project of the instance, for the commands of errors. */
  readonly project?: string;
}

/**
 * Parses what an instance tells about its files, which is not trusted; those that come back are left out.
 *
 * @throws {StateError} where it is not whole
 */
export function parseLost(
  text: string,
  instance: string,
  { keep = [], managed = [], project = "default" }: Kept = {},
): Lost {
  const lines = text.split("\n");
  const value = (tag: string) =>
    lines.find((line) => line.startsWith(`${tag}\t`))?.split("\t").slice(1) ?? [];
  const [count, bytes] = value("total").map(numberOf);
  const [seen] = value("seen").map(numberOf);
  if (!lines.includes(END) || count === undefined || bytes === undefined || seen === undefined) {
    throw new StateError(`Instance "${instance}" did not tell which files it has`, {
      advice: notWholeAdvice(instance, project, "find, stat, awk, sort"),
    });
  }
  const edited = new Set<string>();
  const found = lines.flatMap((line): readonly LostFile[] => {
    const [, kind, modified, size, path] = /^(file|edited)\t(\d{1,15})\t(\d{1,18})\t(\/.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    if (kind === "edited") edited.add(path);
    return [{ path, bytes: Number(size), modified: Number(modified) }];
  });
  const written = new Set(managed);
  const files = found.filter(({ path }) => (edited.has(path) || !written.has(path)) && !isKept(path, keep));
  const lost = new Set(files);
  const away = found.filter((one) => !lost.has(one));
  const odd = numberOf(value("odd")[0] ?? "") ?? 0;
  const [baseline] = value("baseline");
  return {
    files,
    edited: files.flatMap(({ path }) => edited.has(path) ? path : []),
    count: Math.max(files.length, count - away.length) + odd,
    bytes: Math.max(0, bytes - away.reduce((sum, one) => sum + one.bytes, 0)),
    baseline: baseline === "whole" || baseline === "part" ? baseline : "none",
    cut: seen >= SEEN,
  };
}

function numberOf(text: string): number | undefined {
  return /^\d{1,18}$/.test(text) ? Number(text) : undefined;
}

/** Returns the one line about what would be lost; `undefined` where nothing would be. */
export function lostLine({ count, bytes }: Lost, instance: string): string | undefined {
  if (count === 0) return undefined;
  const files = count === 1 ? "1 file" : `${count} files`;
  return `${files} outside the devices of "${instance}" (${
    sizeText(bytes)
  }) will be lost: lxops lost ${instance}`;
}

/** Directories whose own directories each belong to one program. */
const SHARED = ["/srv", "/opt", "/var/lib", "/var/spool", "/var/opt"] as const;
/** Directories that no device can replace. */
const SYSTEM = /^\/(?:etc|usr|bin|sbin|lib\w*|boot|var|var\/lib|var\/spool)?$/;

/** Returns the directory that a device would save a file with; `undefined` where none can. */
export function directoryFor(path: string): string | undefined {
  if (path.startsWith("/usr/local/")) return "/usr/local";
  const shared = SHARED.find((folder) => path.startsWith(`${folder}/`));
  const rest = path.slice((shared ?? "").length).split("/");
  const first = rest.length > 2 ? `${shared ?? ""}/${rest[1]}` : shared ?? "";
  const whole = path.startsWith("/var/") && !shared && rest.length > 3
    ? path.split("/").slice(0, 3).join("/")
    : first;
  return whole === "" || SYSTEM.test(whole) ? undefined : whole;
}

/** Returns lines of a configuration that save files: devices for directories, and files that are kept. */
export function savingLines(files: readonly LostFile[], filesystem: string | undefined): readonly string[] {
  const directories = new Set<string>();
  const single: string[] = [];
  for (const { path } of files) {
    const directory = directoryFor(path);
    if (directory === undefined) single.push(path);
    else directories.add(directory);
  }
  const plain = (text: string) => /^[\w.\/@+-]+$/.test(text);
  const devices = [...directories].filter((path) =>
    plain(path) && ![...directories].some((other) => path.startsWith(`${other}/`))
  ).slice(0, 10);
  const kept = single.filter(plain).slice(0, 10);
  return [
    ...devices.length > 0 ? ["devices:"] : [],
    ...devices.map((path) =>
      `  ${path.slice(1).replaceAll(/[^A-Za-z0-9]+/g, "-")}: {path: ${path}, filesystem: ${
        filesystem ?? "NAME"
      }}`
    ),
    ...kept.length > 0 ? [`keep: [${kept.join(", ")}]`] : [],
  ];
}

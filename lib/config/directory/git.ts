/**
 * Git repositories, read without git: the program would take longer than the rest of a command, and would run programs
 * that the repository's settings name.
 *
 * @module
 */
import { dirname } from "@std/path";
import type { Host } from "../../ports/mod.ts";

/** Most directories above a file that are looked at. */
const DEPTH = 20;

/** Most bytes of a file of git that are read. */
const MOST = 1024 * 1024;

type Reader = Pick<Host, "readText" | "lstat">;

/** The directories of a git repository. */
export interface Repository {
  /** The directory of the files. */
  readonly top: string;
  /** The directory of this working tree's data. */
  readonly git: string;
  /** The directory of the data that all working trees share. */
  readonly common: string;
}

/** Finds the git repository that a directory is in; `undefined` where there is none that can be read. */
export async function repositoryOf(directory: string, host: Reader): Promise<Repository | undefined> {
  let at = directory;
  for (let depth = 0; depth < DEPTH; depth++) {
    try {
      const found = await host.lstat(`${at}/.git`);
      if (found?.kind === "directory") return await repositoryAt(at, `${at}/.git`, host);
      if (found?.kind === "file") {
        const [, path] = /^gitdir: (.+)$/m.exec(await read(`${at}/.git`, host) ?? "") ?? [];
        return path === undefined
          ? undefined
          : await repositoryAt(at, path.startsWith("/") ? path : `${at}/${path}`, host);
      }
    } catch {
      return undefined;
    }
    const above = dirname(at);
    if (above === at) return undefined;
    at = above;
  }
  return undefined;
}

async function repositoryAt(top: string, git: string, host: Reader): Promise<Repository> {
  const common = (await read(`${git}/commondir`, host))?.trim();
  return { top, git, common: common ? common.startsWith("/") ? common : `${git}/${common}` : git };
}

/** Returns the commit that is checked out; `undefined` where the repository's files are not as git writes them. */
export async function commitOf({ git, common }: Repository, host: Reader): Promise<string | undefined> {
  const head = (await read(`${git}/HEAD`, host))?.trim() ?? "";
  if (isCommit(head)) return head;
  const [, ref] = /^ref: (refs\/[!-~]+)$/.exec(head) ?? [];
  if (ref === undefined || ref.includes("..")) return undefined;
  const places = common === git ? [git] : [git, common];
  for (const place of places) {
    const commit = (await read(`${place}/${ref}`, host))?.trim() ?? "";
    if (isCommit(commit)) return commit;
    const packed = await read(`${place}/packed-refs`, host);
    const line = packed?.split("\n").find((one) => one.slice(one.indexOf(" ") + 1) === ref) ?? "";
    const [found = ""] = line.split(" ");
    if (isCommit(found)) return found;
  }
  return undefined;
}

function isCommit(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

async function read(path: string, host: Reader): Promise<string | undefined> {
  const found = await host.lstat(path);
  return found?.kind === "file" && found.size <= MOST ? await host.readText(path) : undefined;
}

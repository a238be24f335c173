/**
 * Finds out who else sees a `.env` file: other users of the machine, and users with a copy of the repository.
 *
 * @module
 */
import { dirname, relative } from "@std/path";
import type { Issue } from "../../base/errors.ts";
import type { Host } from "../../ports/mod.ts";
import { type Repository, repositoryOf } from "./git.ts";
import { isTracked } from "./git_index.ts";

type Io = Pick<Host, "realPath" | "lstat" | "readText"> & Partial<Pick<Host, "readBytes">>;

const READ_BY_OTHERS = 0o044;

/** Returns warnings about a `.env` file that others see; messages show it as `shown`. */
export async function exposedEnv(path: string, shown: string, io: Io): Promise<readonly Issue[]> {
  const issues: Issue[] = [];
  const say = (message: string) => void issues.push({ file: shown, message, severity: "warning" });
  const real = await io.realPath(path);
  const info = real === undefined ? undefined : await io.lstat(real);
  if (info && (info.mode & READ_BY_OTHERS) !== 0) {
    say(`Other users can read this file, whose values are secret: chmod 600 ${shown}`);
  }
  if (await isInGit(path, io)) {
    say(
      `Git tracks this file, whose values are secret: git rm --cached it, put it into .gitignore, and change what it ` +
        `has told`,
    );
  }
  return issues;
}

/** Tells whether the repository that a file is in tracks it. */
async function isInGit(path: string, io: Io): Promise<boolean> {
  try {
    const found = await repositoryOf(dirname(path), io);
    return found !== undefined && await isListed(found, path, io);
  } catch {
    return false;
  }
}

async function isListed({ top, git }: Repository, path: string, io: Io): Promise<boolean> {
  const index = await io.readBytes?.(`${git}/index`);
  if (index === undefined) return false;
  const name = relative(top, path);
  return isTracked(index, name) === true || isTracked(index, name, 32) === true;
}

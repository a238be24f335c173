/**
 * The stamp of a build: version, commit and time, all taken from the tree so that the same tree gives the same bytes.
 *
 * @module
 */
import { run } from "./run.ts";

/** Version, commit and time of a build. */
export interface Stamp {
  readonly version: string;
  readonly commit: string;
  /** Seconds since 1970: SOURCE_DATE_EPOCH, or when the commit was made. */
  readonly time: number;
}

/** Reads the stamp of a tree; without git the commit is `unknown`. */
export async function readStamp(
  version: string,
  sourceDateEpoch: string | undefined,
  root: string,
): Promise<Stamp> {
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    const { code, stdout } = await run("git", args, { cwd: root });
    return code === 0 ? stdout.trim() : undefined;
  };
  const head = await git("rev-parse", "--short=12", "HEAD");
  const changed = head && await git("status", "--porcelain", "--untracked-files=no");
  const time = sourceDateEpoch ?? await git("log", "-1", "--format=%ct");
  return {
    version,
    commit: head ? `${head}${changed ? "-dirty" : ""}` : "unknown",
    time: Number(time ?? 0) || 0,
  };
}

/** Returns the module that replaces `lib/base/version.ts`. */
export function stampModule({ version, commit }: Stamp): string {
  return `export const VERSION = ${JSON.stringify(version)};\nexport const COMMIT = ${
    JSON.stringify(commit)
  };\n`;
}

/** Returns the import map of deno.json with one module replaced by another; both are file URLs. */
export function importMap(imports: Readonly<Record<string, string>>, from: string, to: string): string {
  return JSON.stringify({ imports: { ...imports, [from]: to } });
}

/**
 * Facts of a run for the records of instances: the version, the time, and the git commit of the files.
 *
 * @module
 */
import { dirname } from "@std/path";
import { VERSION } from "../../base/version.ts";
import type { RecordFacts } from "../../plan/record/write.ts";
import type { Target } from "../../plan/world.ts";
import type { Host } from "../../ports/mod.ts";
import { commitOf, type Repository, repositoryOf } from "../../config/directory/git.ts";
import { isClean } from "./git_index.ts";

type Reader = Pick<Host, "readText" | "readBytes" | "readDir" | "lstat">;

interface Found {
  readonly repository: Repository;
  readonly commit: string;
}

/** Returns a function that tells the facts for a target. */
export async function recordFacts(
  targets: readonly Target[],
  host: Reader,
): Promise<(target: Target) => RecordFacts> {
  const directories = new Set(targets.map(directoryOf));
  const repositories = new Map(
    await Promise.all(
      [...directories].map(async (directory) => [directory, await findCommit(directory, host)] as const),
    ),
  );
  const states = new Map(
    await Promise.all(targets.map(async (target) => {
      const found = repositories.get(directoryOf(target));
      return [target, found && await stateOf(target, found, host)] as const;
    })),
  );
  return (target) => ({
    version: VERSION,
    time: Math.floor(Date.now() / 1000),
    ...states.get(target),
  });
}

async function findCommit(directory: string, host: Reader): Promise<Found | undefined> {
  const repository = await repositoryOf(directory, host);
  const commit = repository && await commitOf(repository, host);
  return repository && commit ? { repository, commit } : undefined;
}

async function stateOf(
  { loaded: { files, config } }: Target,
  { repository, commit }: Found,
  host: Reader,
): Promise<Pick<RecordFacts, "commit" | "clean">> {
  const all = [...files, ...config.cloudConfigFiles];
  // Files elsewhere are no part of the commit.
  const own = all.filter((file) => file.startsWith(`${repository.top}/`));
  const clean = own.length === all.length ? await isClean(repository, commit, own, host) : false;
  return { commit, ...(clean === undefined ? {} : { clean }) };
}

function directoryOf({ instance }: Target): string {
  return dirname(instance.config.file);
}

/**
 * The search for the configurations of a directory: none of a parent directory is taken from where an instance can write.
 *
 * @module
 */
import { LxopsError } from "../../base/errors.ts";
import { objectKey } from "../../plan/world.ts";
import type { GuestPlace } from "../../run/targets/guest_places.ts";
import type { App } from "../command/app.ts";

/** Returns the configurations of a directory, and warns about those that are left out. */
export async function configurationsOf(directory: string, app: App): Promise<readonly string[]> {
  const { configurationsIn, isOwnFile } = await import("../../run/targets/directories.ts");
  const files = await configurationsIn(directory, app.host);
  if (files.length === 0 || files.length === 1 && isOwnFile(files[0]!, directory)) return files;
  const [{ withoutGuests }, places] = await Promise.all([
    import("../../run/targets/guest_places.ts"),
    placesOfMachine(app),
  ]);
  // What an instance wrote is not even read.
  const known = await withoutGuests(files, places, app.host);
  const found = await withoutGuests(known.files, await placesOfFiles(known.files, app), app.host);
  app.warn([...known.warnings, ...found.warnings]);
  return found.files;
}

/** Returns sources in which the configurations of directories stand for these. */
export async function sourcesIn<T extends object>(
  sources: readonly (string | T)[],
  app: App,
): Promise<readonly (string | T)[]> {
  const { withoutDirectories } = await import("../../run/targets/directories.ts");
  return await withoutDirectories(sources, app.host, (directory) => configurationsOf(directory, app));
}

/**
 * Returns the directories that configurations give their instances to write to: their data may outlive them. Who loads
 * the files tells what is wrong with them.
 */
async function placesOfFiles(files: readonly string[], app: App): Promise<readonly GuestPlace[]> {
  const [{ loadTargets }, { placesOfTargets }] = await Promise.all([
    import("../../run/targets/targets.ts"),
    import("../../run/targets/guest_places.ts"),
  ]);
  const options = { sets: [], name: "", project: "", strict: false };
  const all = await Promise.all(
    files.map((file) => loadTargets([file], options, app.host).then(({ targets }) => targets, () => [])),
  );
  return placesOfTargets(all.flat(), { datasets: new Map() });
}

/** Returns the directories that instances of both daemons of this machine can write to, as far as they tell. */
export async function placesOfMachine(app: App): Promise<readonly GuestPlace[]> {
  const known = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      // Who needs the daemon says so.
      if (error instanceof LxopsError) return undefined;
      throw error;
    }
  };
  const [{ placesOfDaemons }, instances = [], otherDaemon] = await Promise.all([
    import("../../run/targets/guest_places.ts"),
    known(async () => await app.isLocal() ? await (await app.server()).instances(undefined) : []),
    known(() => app.otherDaemonInstances({})),
  ]);
  return placesOfDaemons({
    instances: new Map(instances.map((one) => [objectKey(one.project, one.name), one])),
    profiles: new Map(),
    ...(otherDaemon ? { otherDaemon } : {}),
  });
}

/**
 * What `shiftids` does.
 *
 * @module
 */
import { EXIT, LxopsError, UsageError } from "../../errors.ts";
import { planShiftIds, refuseShift, shiftNote, walkStep } from "../../plan/shiftids.ts";
import { lookAtTrees } from "../../plan/tree/look.ts";
import { objectKey } from "../../plan/world.ts";
import type { Step } from "../../step.ts";
import type { App } from "../app.ts";
import { applySteps } from "../one_effect.ts";

interface Values {
  readonly u: number;
  readonly g: number;
  readonly v: boolean;
  readonly "dry-run": boolean;
}

const LARGEST_ID = 2 ** 32 - 2;

/** `shiftids`. */
export async function shiftids(values: Values, directories: readonly string[], app: App): Promise<number> {
  for (const id of [values.u, values.g]) {
    if (!Number.isInteger(id) || id < 0 || id > LARGEST_ID) throw new UsageError(`"${id}" is not an id`);
  }
  if (!app.host.isRoot) {
    throw new LxopsError("Only root can look at all files of a directory and change their owners", [
      "Run it with sudo",
    ]);
  }
  const server = await app.server();
  const [instances, sibling, mounts] = await Promise.all([
    server.instances(undefined),
    app.siblingInstances(),
    app.host.mounts(),
  ]);
  const world = {
    instances: new Map(instances.map((one) => [objectKey(one.project, one.name), one])),
    sibling,
  };
  const around = { backend: app.backend, datasets: new Map(), mounts };
  const looked = (directory: string, steps: readonly Step[]) =>
    lookAtTrees({ instance: { project: "", name: directory }, steps }, [], around, "shift ids in").steps;
  const steps: Step[] = [];
  const real = await Promise.all(directories.map((path) => realDirectory(path, app)));
  for (const directory of real) {
    refuseShift(directory, world);
    // Before anything walks it.
    looked(directory, [walkStep(directory)]);
  }
  for (const directory of real) {
    const [tree, note] = await Promise.all([app.host.tree(directory), readNote(directory, app)]);
    steps.push(...looked(directory, planShiftIds(tree, { uid: values.u, gid: values.g }, note, values.v)));
  }
  await applySteps(app, steps, { dryRun: values["dry-run"], silent: values.v });
  return EXIT.ok;
}

/** The directory itself must be one; links on the way to it are the person's. */
async function realDirectory(path: string, app: App): Promise<string> {
  const trimmed = path.replace(/(.)\/+$/, "$1");
  const info = await app.host.lstat(trimmed);
  if (!info) throw new UsageError(`There is no directory "${path}"`);
  if (info.kind !== "directory") throw new UsageError(`"${path}" is a ${info.kind}, not a directory`);
  const real = await app.host.realPath(trimmed) ?? trimmed;
  if (real === "/") throw new UsageError("The ids of the whole machine are not to be shifted");
  return real;
}

/** Only root can have left it; a container may have put something else there. */
async function readNote(directory: string, app: App): Promise<string | undefined> {
  const path = shiftNote(directory);
  const info = await app.host.lstat(path);
  if (!info) return undefined;
  if (info.kind !== "file" || info.uid !== 0 || (info.mode & 0o077) !== 0) {
    throw new LxopsError(`"${path}" is in the way: an earlier run of shiftids did not make it`, [
      "Nothing was changed.",
    ]);
  }
  return await app.host.readText(path);
}

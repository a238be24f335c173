/**
 * Steps that create an instance's missing datasets.
 *
 * @module
 */
import { run } from "../../../step/build.ts";
import type { Step } from "../../../step/step.ts";
import type { World } from "../../world.ts";
import type { FirstContent, LocatedFilesystem } from "./kind.ts";
import {
  DATASET_BUSY,
  unfinishedMark,
  unownedMark,
  zfsClone,
  zfsCreate,
  zfsCreateParents,
  zfsDestroyOnly,
  zfsGivenAway,
  zfsMount,
} from "../../commands/zfs.ts";

/** Plans the mounts of datasets that a run that was cut off created and did not mount. */
export function mountCreated(datasets: readonly LocatedFilesystem[], world: World): Step[] {
  return datasets.filter(({ exists, unowned, path }) =>
    exists && unowned && world.datasets.get(path)?.mounted === false
  ).map(({ path }) => run(`Mount dataset ${path}`, zfsMount(path)));
}

/** Plans missing datasets; those that are to be given away carry a mark until then. */
export function createDatasets(
  missing: readonly LocatedFilesystem[],
  given: readonly LocatedFilesystem[],
  content: FirstContent,
  world: World,
): Step[] {
  const made = new Set<string>();
  return missing.flatMap((filesystem) => {
    if (made.has(filesystem.path)) return [];
    const parent = filesystem.path.slice(0, filesystem.path.lastIndexOf("/"));
    const steps = world.datasets.has(parent) || made.has(parent) ? [] : [createParents(parent)];
    made.add(parent).add(filesystem.path);
    return [...steps, createDataset(filesystem, given.includes(filesystem), content)];
  });
}

/**
 * Returns the step that creates the parents of a dataset. It has no undo, as other plans may create the same parents at
 * the same time.
 */
export function createParents(parent: string): Step {
  return run(`Create dataset ${parent}`, zfsCreateParents(parent), {
    makes: [{ kind: "dataset", name: parent }],
  });
}

function createDataset(filesystem: LocatedFilesystem, unowned: boolean, content: FirstContent): Step {
  const { path, id, zfsproperties } = filesystem;
  const origin = content.clones.get(id);
  const properties = {
    ...zfsproperties,
    ...(content.marked.has(id) ? unfinishedMark(path) : {}),
    ...(unowned ? unownedMark(path) : {}),
  };
  return run(
    origin ? `Clone ${origin} as dataset ${path}` : `Create dataset ${path}`,
    origin ? zfsClone(origin, path, properties) : zfsCreate(path, properties),
    {
      makes: [{ kind: "dataset", name: path }],
      // Without -r: its content came from this very run, and what others have created below it stays.
      undo: { kind: "run", ...zfsDestroyOnly(path), busyText: DATASET_BUSY },
    },
  );
}

/** Plans the removal of the mark of datasets whose content was owned by the container's root. */
export function givenAway(datasets: readonly LocatedFilesystem[]): Step {
  const names = datasets.map(({ path }) => path);
  const noun = names.length === 1 ? "dataset" : "datasets";
  return run(`Mark ${noun} ${names.join(", ")} as owned by the container's root`, zfsGivenAway(names));
}

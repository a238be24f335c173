/**
 * `down`: deletes running and stopped instances. Their filesystems stay, unless `--destroy` is given.
 *
 * @module
 */
import { missing } from "../../../base/missing.ts";
import { EXIT, refuse } from "../../../base/errors.ts";
import { EXISTING, NAME_ONLY } from "../../../instance/parts.ts";
import {
  planRemove,
  planRemoveLeft,
  type RemoveOptions,
  type RemoveSurroundings,
} from "../../../plan/everyday/remove.ts";
import type { Source } from "../../../run/targets/options.ts";
import type { App } from "../../command/app.ts";
import { applyPlaces, type PlacePlan } from "../../places/apply_places.ts";
import { existingPlaces, type FoundPlace } from "../../places/places.ts";
import { loadEach, tellWrong } from "../../places/left_out.ts";
import { type Sources, sourcesOf } from "../../places/sources.ts";
import { type LifecycleValues, planOptions, runLifecycle } from "../../shared/lifecycle/lifecycle.ts";
import { targetsOf } from "../../shared/lifecycle/look.ts";
import { lockPlaces, locks } from "../../shared/lifecycle/lock.ts";
import { checkParallel, missingInstance, type Place } from "../../shared/operands.ts";
import { oneList } from "../../shared/one_list.ts";
import { keyOf, subjectsOf } from "../../shared/subjects.ts";

interface Values extends Omit<LifecycleValues, "name" | "trace"> {
  readonly destroy: boolean;
  readonly y: boolean;
  readonly json: boolean;
  readonly "must-exist": boolean;
}

/** Runs `down`. */
export async function down(values: Values, operands: readonly string[], app: App): Promise<number> {
  checkParallel(values);
  const { files, places } = await subjectsOf(operands, values, app);
  const found = await existingPlaces(places);
  const absent = places.filter((place) => found.every((one) => keyOf(one) !== keyOf(place)));
  refuseAbsent(absent, values);
  const known = await sourcesOf(found);
  // What is destroyed is in the configuration.
  const { sources, without } = values.destroy ? known : await readableOf(known, found, values);
  if (values.destroy && without.length > 0) throw noFile(without[0]!);
  const unlisted = [...without, ...absent];
  if (unlisted.length > 0) await lockPlaces(unlisted, "down", values);
  const removals = [...await removalsOf(without, values), ...await leftOf(absent, values, app)];
  const groups = new Map<App, Source[]>(files.length > 0 ? [[app, [...files]]] : []);
  for (const source of sources) {
    const place = placeOf(source, found);
    const there = [...groups.keys()].find((one) => one.globals.remote === place.app.globals.remote) ??
      place.app;
    groups.set(there, [...groups.get(there) ?? [], source]);
  }
  // A dry run prints its script, and nothing else.
  const isListed = values.json && locks({ ...values, "no-lock": false });
  const list = oneList();
  const through = (there: App) => isListed ? list.through(there) : there;
  let code: number = EXIT.ok;
  try {
    for (const [there, group] of groups) code ||= await deleteAll(values, group, through(there));
    const others = removals.map((one) => ({ ...one, app: through(one.app) }));
    if (others.length > 0) code ||= await applyPlaces(others, values, "deleted");
  } catch (error) {
    // Where nothing was changed, there is no result.
    if (isListed && list.hasRows()) list.print(app);
    throw error;
  }
  if (isListed) list.print(app);
  return code;
}

function placeOf({ name, project }: Sources["sources"][number], found: readonly FoundPlace[]): FoundPlace {
  return found.find(({ ref }) => ref.name === name && ref.project === project)!;
}

/** Returns the configurations that can be read; instances of others are deleted without theirs, as `stop` stops them. */
async function readableOf(
  { sources, without }: Sources,
  found: readonly FoundPlace[],
  values: Values,
): Promise<Sources> {
  const isRight = await Promise.all(sources.map(async (source) => {
    const { app } = placeOf(source, found);
    const options = { without: NAME_ONLY, repeated: true };
    const { wrong } = await loadEach(
      [source],
      (some) => targetsOf({ ...values, name: "" }, some, app, options),
    );
    tellWrong(wrong, app);
    return wrong.length === 0;
  }));
  return {
    sources: sources.filter((_, at) => isRight[at]),
    without: [...without, ...sources.filter((_, at) => !isRight[at]).map((one) => placeOf(one, found))],
  };
}

/**
 * Refuses names of instances that do not exist, where a script says so.
 *
 * @throws {StateError}
 */
function refuseAbsent([first]: readonly Place[], values: Values): void {
  if (!first || !values["must-exist"]) return;
  throw missing("instance", first.ref.name, { advice: ["Nothing was changed."] });
}

/** Plans the deletion of leftovers of missing instances, and prints the instances without any, which is no failure. */
async function leftOf(absent: readonly Place[], values: Values, own: App): Promise<readonly PlacePlan[]> {
  const around = aroundOf();
  const found = await Promise.all(absent.map(async (place) => {
    const { app, ref } = place;
    const plan = planRemoveLeft(ref, await around(place), removeOptions(values));
    if (!plan) {
      const { message } = await missingInstance(place);
      own.complain(`note: ${ref.name}: Nothing to delete: ${message.replace("There", "there")}`);
    }
    return plan ? [{ app, plan }] : [];
  }));
  return found.flat();
}

function noFile({ ref, info }: FoundPlace) {
  const file = info.config["user.lxops.config"];
  return refuse(
    `Cannot destroy the filesystems of instance "${ref.name}"`,
    file
      ? `its configuration file "${file}" is not there, or others can change it`
      : "it was made without a configuration file",
    ["Name its file, or delete the instance only: leave out --destroy"],
  );
}

async function removalsOf(without: readonly FoundPlace[], values: Values) {
  // The instances are locked now and do not change.
  const locked = await existingPlaces(without);
  const around = aroundOf();
  return await Promise.all(locked.map(async (place) => ({
    app: place.app,
    plan: planRemove(place.info, await around(place), removeOptions(values)),
  })));
}

function removeOptions(values: Values): RemoveOptions {
  return { adopt: values.adopt ?? false, stopSeconds: values["wait-stop"] ?? 5 };
}

/** Returns a function that observes the projects of instances, each of them once. */
function aroundOf(): (place: Place) => Promise<RemoveSurroundings> {
  const known = new Map<string, Promise<RemoveSurroundings>>();
  return ({ app, ref: { project } }) => {
    const key = `${app.globals.remote} ${project || "default"}`;
    const found = known.get(key) ?? look(app, project);
    known.set(key, found);
    return found;
  };
}

async function look(app: App, project: string): Promise<RemoveSurroundings> {
  const server = await app.server();
  const [instances, profiles] = await Promise.all([server.instances(project), server.profiles(project)]);
  return { instances, profiles };
}

async function deleteAll(values: Values, sources: readonly Source[], app: App): Promise<number> {
  const all = { ...values, name: "", trace: false, force: true };
  const options = { ...planOptions(all), mustExist: values["must-exist"] };
  const common = { name: "down", stops: true, options } as const;
  if (!values.destroy) {
    return await runLifecycle(
      {
        ...common,
        verb: "delete",
        word: "deleted",
        daemonOnly: true,
        without: NAME_ONLY,
        needs: { zfsSnapshots: true },
        planner: async () => (await import("../../../plan/lifecycle/delete.ts")).planDelete,
      },
      all,
      sources,
      app,
    );
  }
  return await runLifecycle(
    {
      ...common,
      verb: "destroy",
      word: "destroyed",
      replaces: { data: "goes", destroyed: true },
      without: EXISTING,
      needs: { allProjects: true, zfsSnapshots: true, sizes: true, trees: true },
      planner: async () => (await import("../../../plan/lifecycle/delete.ts")).planDestroy,
      ...(values.y ? {} : { question: "Destroy these?" }),
    },
    all,
    sources,
    app,
  );
}

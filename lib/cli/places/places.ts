/**
 * The instances of operands, and their descriptions by their daemons.
 *
 * @module
 */
import { NOTHING_CHANGED, refuse, StateError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import { NAME_ONLY } from "../../instance/parts.ts";
import { objectKey, type Target } from "../../plan/world.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import type { App } from "../command/app.ts";
import { checkDirectoryNames } from "../shared/lifecycle/directory_names.ts";
import { loadEach, tellWrong, wrongError, type WrongSource } from "./left_out.ts";
import { targetsOf } from "../shared/lifecycle/look.ts";
import { missingInstance, type Place } from "../shared/operands.ts";
import { keyOf, subjectsOf } from "../shared/subjects.ts";

/** Values of the flags that say which instances are meant. */
export interface PlaceValues {
  readonly project: string;
  readonly properties: string | undefined;
  readonly P: readonly string[];
}

/** An instance that an operand means, with its configuration where the operand is a file. */
export interface NamedPlace extends Place {
  readonly target?: Target;
}

/** A place with the daemon's description of its instance. */
export interface FoundPlace extends NamedPlace {
  readonly info: InstanceInfo;
}

/** Options of finding instances. */
export interface PlaceOptions {
  /** A directory is taken for one only where its operand has a slash, as old commands do. */
  readonly slash?: boolean;
}

/** Instances that operands mean, and the files among these that are wrong. */
export interface ReadPlaces {
  readonly places: readonly NamedPlace[];
  readonly wrong: readonly WrongSource<string>[];
}

/**
 * Finds the instances that operands mean, in their order, each once. The configuration of an instance that was named is
 * not needed.
 *
 * @throws {ConfigError} where an instance is not known, because its file is wrong
 */
export async function placesOf(
  operands: readonly string[],
  values: PlaceValues,
  app: App,
  options: PlaceOptions = {},
): Promise<readonly NamedPlace[]> {
  const { places, wrong, unknown } = await readPlaces(operands, values, app, options);
  if (unknown.length > 0) throw wrongError(wrong);
  tellWrong(wrong, app);
  return places;
}

/**
 * Finds the instances that operands mean, as `placesOf()` does, for a command that only shows them: it does without the
 * files that are wrong, and warns of them.
 *
 * @throws {ConfigError} where no instance is known
 */
export async function readablePlaces(
  operands: readonly string[],
  values: PlaceValues,
  app: App,
): Promise<ReadPlaces> {
  const { places, wrong } = await readPlaces(operands, values, app);
  if (wrong.length > 0 && places.length === 0) throw wrongError(wrong);
  tellWrong(wrong, app);
  return { places, wrong };
}

async function readPlaces(
  operands: readonly string[],
  values: PlaceValues,
  app: App,
  options: PlaceOptions = {},
): Promise<ReadPlaces & { readonly unknown: readonly string[] }> {
  const { subjects, files } = await subjectsOf(operands, { project: values.project, ...options }, app);
  const how = { without: NAME_ONLY, repeated: true };
  const { loaded: targets, wrong } = files.length === 0
    ? { loaded: [], wrong: [] }
    : await loadEach(files, (some) => targetsOf({ ...values, name: "" }, some, app, how));
  const isWrong = (file: string | undefined) => wrong.some(({ source }) => source === file);
  const all = subjects.flatMap((subject): NamedPlace | readonly NamedPlace[] => {
    if (subject.place) return subject.place;
    if (isWrong(subject.file)) return subject.made ?? [];
    const target = targets.find(({ instance }) => instance.file === subject.file)!;
    const { project, name } = target.instance;
    return { app, ref: { project, name }, target };
  });
  return {
    places: all.filter((place, at) => all.findIndex((other) => keyOf(other) === keyOf(place)) === at),
    wrong,
    unknown: subjects.flatMap(({ file, ...rest }) =>
      isWrong(file) && !("made" in rest && rest.made) ? file ?? [] : []
    ),
  };
}

/** Looks instances up, with one request for one instance, or for all of a project; those that do not exist are left out. */
export async function existingPlaces<P extends Place>(
  places: readonly P[],
): Promise<readonly (P & { readonly info: InstanceInfo })[]> {
  const groups = Map.groupBy(places, ({ app, ref }) => `${app.globals.remote} ${ref.project || "default"}`);
  const found = new Map<Place, InstanceInfo>();
  await Promise.all([...groups.values()].map(async (group) => {
    const [{ app, ref }] = group as [P, ...P[]];
    const server = await app.server();
    const infos = group.length === 1 ? [await server.instance(ref)] : await server.instances(ref.project);
    for (const place of group) {
      const info = infos.find((one) => one?.name === place.ref.name);
      if (info) found.set(place, info);
    }
  }));
  return places.flatMap((place) => {
    const info = found.get(place);
    return info ? [{ ...place, info }] : [];
  });
}

/**
 * Looks instances up, all of which must exist.
 *
 * @throws {StateError} that names those that do not
 */
export async function foundPlaces<P extends NamedPlace>(
  places: readonly P[],
  { changes = true }: { readonly changes?: boolean } = {},
): Promise<readonly (P & { readonly info: InstanceInfo })[]> {
  const found = await existingPlaces(places);
  const absent = places.filter((place) => found.every((one) => keyOf(one) !== keyOf(place)));
  if (absent.length === 0) {
    await checkNames(found);
    return found;
  }
  // A command that changes nothing needs no such note.
  const advice = [...changes ? [NOTHING_CHANGED] : [], ...await fileAdvice(absent), LIST];
  if (absent.length === 1) {
    const { message } = await missingInstance(absent[0]!);
    throw new StateError(message, { kind: "missing", advice });
  }
  const names = absent.map(({ ref: { name, project } }) =>
    `"${name}"${project && project !== "default" ? ` in project "${project}"` : ""}`
  );
  throw new StateError(`There are no instances ${names.join(", ")}`, { kind: "missing", advice });
}

/**
 * Returns the one instance that an operand means, without looking it up, unless the operand is a file that means it by
 * the name of its directory: it must have been made from that file.
 *
 * @throws {StateError} where it was made from another file
 */
export async function oneMeantPlace(operand: string, values: PlaceValues, app: App): Promise<NamedPlace> {
  const place = await onePlace(operand, values, app);
  if (place.target?.instance.namedByDirectory) await checkNames(await existingPlaces([place]));
  return place;
}

/** Checks that instances which files mean by the names of their directories were made from these files. */
async function checkNames(found: readonly FoundPlace[]): Promise<void> {
  for (const { app, target, info } of found) {
    if (!target?.instance.namedByDirectory) continue;
    const instances = new Map([[objectKey(target.instance.project, info.name), info]]);
    await checkDirectoryNames([target], { instances }, { action: "use" }, app);
  }
}

const LIST = "To list all: lxops instance list --all";

/** Returns advice on instances that do not exist, where there is a file that describes them. */
async function fileAdvice(absent: readonly NamedPlace[]): Promise<readonly string[]> {
  const files = absent.flatMap(({ target }) => target?.instance.file ?? []);
  if (files.length > 0) {
    return [`To create ${files.length === 1 ? "it" : "them"}: lxops up ${files.map(quote).join(" ")}`];
  }
  const { behind } = await import("../../run/targets/directories.ts");
  const [{ app, ref: { name } }] = absent as [NamedPlace, ...NamedPlace[]];
  const file = `${name}.yaml`;
  if ((await behind(file, app.host))?.kind !== "file") return [];
  return [`There is a configuration file "${file}": name it to mean its instance`];
}

/** Returns the one instance that an operand means. */
export async function onePlace(operand: string, values: PlaceValues, app: App): Promise<NamedPlace> {
  const places = await placesOf([operand], values, app);
  if (places.length === 1) return places[0]!;
  const names = places.map(({ ref }) => `"${ref.name}"`).join(", ");
  throw refuse(`"${operand}" means several instances`, names, ["Name one of them"]);
}

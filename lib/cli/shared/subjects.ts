/**
 * Operands that are a configuration file, a directory or an instance.
 *
 * - With a slash, or an end of `.yaml` or `.yml`, it is a file or a directory; so are `.` and `..`.
 * - A directory of that name with a configuration in it is that directory.
 * - Anything else is an instance, also of a remote: `remote:name`.
 *
 * A name that both a directory and an instance have is refused, with a spelling for each.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import { noInstance } from "../../base/missing.ts";
import { quote } from "../../base/shell.ts";
import { objectKey } from "../../plan/world.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import type { App } from "../command/app.ts";
import { type Place, placeOf } from "./operands.ts";

/** The help about operands of commands that take all kinds. */
export const SUBJECTS = [
  "An operand with a slash, or one that ends in .yaml or .yml, is a file or a directory; so is a directory of",
  "that name with a configuration. Anything else is an instance. A directory means its lxops.yaml, or all those",
  "below it.",
].join("\n");

/** What operands name. */
export interface Subjects {
  /** Configuration files, in the order of the operands. */
  readonly files: readonly string[];
  /** Instances, each once. */
  readonly places: readonly Place[];
}

/** Options of finding what operands name. */
export interface SubjectOptions {
  /** The project of the command line; empty: the client's current one. */
  readonly project: string;
  /** A directory is taken for one only where its operand has a slash, as old commands do. */
  readonly slash?: boolean;
}

/** Tells whether an operand can only be a path; no instance's name has a dot or a slash. */
export function isPath(operand: string): boolean {
  return operand.includes("/") || /\.ya?ml$/.test(operand) || operand === "." || operand === "..";
}

/**
 * Finds what operands name; without any, the configurations of the working directory.
 *
 * @throws {UsageError} where an operand is both a directory and an instance, or a directory has no configuration
 */
export async function subjectsOf(
  operands: readonly string[],
  options: SubjectOptions,
  app: App,
): Promise<Subjects> {
  const found = operands.length === 0
    ? [{ files: await here(app), places: [] }]
    : await Promise.all(operands.map((operand) => subjectOf(operand, options, app)));
  return {
    files: [...new Set(found.flatMap(({ files }) => files))],
    places: distinctPlaces(found.flatMap(({ places }) => places)),
  };
}

/** Leaves out further mentions of the same instance. */
export function distinctPlaces<P extends Place>(places: readonly P[]): readonly P[] {
  return [...new Map(places.toReversed().map((place) => [keyOf(place), place])).values()].toReversed();
}

/** Returns a key of an instance at its daemon. */
export function keyOf({ app, ref }: Place): string {
  return `${app.globals.remote} ${objectKey(ref.project, ref.name)}`;
}

/** Returns the configurations of the working directory. */
async function here(app: App): Promise<readonly string[]> {
  const files = await configurations(".", app);
  if (files.length > 0) return files;
  throw new UsageError("No operand is given, and there is no lxops.yaml in this directory or below it", [
    "Name an instance, a configuration file or a directory",
  ]);
}

async function subjectOf(operand: string, options: SubjectOptions, app: App): Promise<Subjects> {
  const { behind, filesToName } = await import("../../run/targets/directories.ts");
  const isName = !isPath(operand);
  const isSearched = (!isName || !options.slash) && !operand.includes(":");
  const path = operand.replace(/(?<=.)\/+$/, "");
  const isDirectory = isSearched && (await behind(path, app.host))?.kind === "directory";
  if (!isName) {
    if (!isDirectory) return { files: [operand], places: [] };
    const files = await configurations(path, app);
    if (files.length > 0) return { files, places: [] };
    throw new UsageError(
      `"${operand}" is a directory, and there is no lxops.yaml in it or below it`,
      await filesToName(path, app.host),
    );
  }
  const place = await meantPlace(app, operand, options.project);
  const files = isDirectory ? await configurations(path, app) : [];
  if (files.length === 0) return { files, places: [place] };
  if (!await (await app.server()).instance(place.ref)) return { files, places: [] };
  throw new UsageError(`"${operand}" is both a directory with a configuration and an instance`, [
    `For the directory: ./${quote(operand)}`,
    `For the instance: ${await app.remote()}:${operand}`,
  ]);
}

async function configurations(directory: string, app: App): Promise<readonly string[]> {
  return await (await import("../../run/targets/directories.ts")).configurationsIn(directory, app.host);
}

/** Returns the instance that `[remote:]name` means; the app's own remote is the app itself, also with `-socket`. */
async function meantPlace(app: App, operand: string, project: string): Promise<Place> {
  const own = `${await app.remote()}:`;
  return await placeOf(app, operand.startsWith(own) ? operand.slice(own.length) : operand, project);
}

/** Returns the error about an instance that does not exist, with the file or the name that may be meant. */
export async function noSubject({ app, ref }: Place, known: readonly InstanceInfo[]) {
  const { behind } = await import("../../run/targets/directories.ts");
  const files = [`${ref.name}.yaml`, `${ref.name}.yml`];
  const kinds = await Promise.all(files.map((file) => behind(file, app.host)));
  const file = files.find((_, at) => kinds[at]?.kind === "file");
  const advice = file
    ? [`There is a configuration file "${file}": name it to mean its instance`]
    : ["To list all: lxops ps -all"];
  return noInstance(ref, { known: known.map(({ name }) => name), advice });
}

/**
 * Operands that are a configuration file, a directory or an instance.
 *
 * - With a slash, or an end of `.yaml` or `.yml`, it is a file or a directory; so are `.` and `..`.
 * - A directory of that name with a configuration in it is that directory.
 * - Anything else is an instance, also of a remote: `remote:name`.
 *
 * A name that both a directory and an instance have is refused, with a spelling for each, unless the instance was made
 * from the configuration in that directory.
 *
 * @module
 */
import { resolve } from "@std/path";
import { UsageError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import { CONFIG_MARK } from "../../plan/instance/ownership.ts";
import { objectKey } from "../../plan/world.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import type { App } from "../command/app.ts";
import { type Place, placeOf } from "./operands.ts";

/** A configuration file or an instance, which an operand names. */
export type Subject =
  | {
    readonly file: string;
    readonly place?: undefined;
    /** The instance that was made from the file, where the operand is the name of both. */
    readonly made?: Place;
  }
  | { readonly place: Place; readonly file?: undefined };

/** Files and instances that operands name. */
export interface Subjects {
  /** All of it in the order of the operands; something that is named twice is there twice. */
  readonly subjects: readonly Subject[];
  /** Configuration files, each once. */
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
    ? [filesOf(await here(app))]
    : await Promise.all(operands.map((operand) => subjectOf(operand, options, app)));
  const subjects = found.flat();
  return {
    subjects,
    files: [...new Set(subjects.flatMap(({ file }) => file ?? []))],
    places: distinctPlaces(subjects.flatMap(({ place }) => place ?? [])),
  };
}

function filesOf(files: readonly string[]): readonly Subject[] {
  return files.map((file) => ({ file }));
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
  const { filesToName } = await import("../../run/targets/directories.ts");
  throw new UsageError("No operand is given, and there is no lxops.yaml in this directory or below it", [
    "Name an instance, a configuration file or a directory",
    ...await filesToName(".", app.host),
  ]);
}

async function subjectOf(operand: string, options: SubjectOptions, app: App): Promise<readonly Subject[]> {
  const { behind, filesToName } = await import("../../run/targets/directories.ts");
  const isName = !isPath(operand);
  const isSearched = (!isName || !options.slash) && !operand.includes(":");
  const path = operand.replace(/(?<=.)\/+$/, "");
  const isDirectory = isSearched && (await behind(path, app.host))?.kind === "directory";
  if (!isName) {
    if (!isDirectory) return [{ file: operand }];
    const files = await configurations(path, app);
    if (files.length > 0) return filesOf(files);
    throw new UsageError(
      `"${operand}" is a directory, and there is no lxops.yaml in it or below it`,
      await filesToName(path, app.host),
    );
  }
  const place = await meantPlace(app, operand, options.project);
  const files = isDirectory ? await configurations(path, app) : [];
  if (files.length === 0) return [{ place }];
  const info = await (await app.server()).instance(place.ref);
  if (!info) return filesOf(files);
  if (files.length === 1 && await isMadeFrom(info, files[0]!, app)) return [{ file: files[0]!, made: place }];
  throw new UsageError(`"${operand}" is both a directory with a configuration and an instance`, [
    `For the directory: ./${quote(operand)}`,
    `For the instance: ${await app.remote()}:${operand}`,
  ]);
}

/** Tells whether an instance was made from a file: a directory and its own instance are one thing. */
async function isMadeFrom({ config }: InstanceInfo, file: string, { host }: App): Promise<boolean> {
  const noted = config[CONFIG_MARK];
  return noted !== undefined && [resolve(host.cwd, file), await host.realPath(file)].includes(noted);
}

async function configurations(directory: string, app: App): Promise<readonly string[]> {
  return await (await import("./search.ts")).configurationsOf(directory, app);
}

/** Returns the instance that `[remote:]name` means; the app's own remote is the app itself, also with `--socket`. */
async function meantPlace(app: App, operand: string, project: string): Promise<Place> {
  const own = `${await app.remote()}:`;
  return await placeOf(app, operand.startsWith(own) ? operand.slice(own.length) : operand, project);
}

/**
 * Configurations that operands name: files, directories, and instances that have the path of their file noted.
 *
 * @module
 */
import { resolve } from "@std/path";
import { ConfigError, refuse, UsageError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import { didYouMean } from "../../base/suggest.ts";
import { noSuchFile } from "../../config/load/no_such_file.ts";
import { fileError } from "../../config/file.ts";
import { CONFIG_MARK } from "../../plan/instance/marks.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import type { Source } from "../../run/targets/options.ts";
import type { App } from "../command/app.ts";
import { missingInstance, type Place, placeOf } from "../shared/operands.ts";
import { isPath, subjectsOf } from "../shared/subjects.ts";
import { sourcesOf } from "./sources.ts";

/** Configurations, and the app of the daemon that has their instances. */
export interface Found {
  readonly sources: readonly Source[];
  readonly app: App;
}

/** Values of the flags that say which instances are meant. */
interface NameValues {
  readonly name?: string;
  readonly project: string;
}

/**
 * Returns the configurations that operands name: files, directories, and instances that have one noted, of one daemon.
 */
export async function sourcesFor(operands: readonly string[], values: NameValues, app: App): Promise<Found> {
  const { files, places } = await subjectsOf(operands, values, app);
  if (places.length === 0) return { sources: files, app };
  const there = thereOf(places, files.length > 0, values, app);
  const found = await Promise.all(places.map(async (place) => {
    const info = await (await place.app.server()).instance(place.ref);
    if (!info) throw await missingInstance(place, ["To create it, name its configuration file"]);
    return { ...place, info };
  }));
  return { sources: [...files, ...await notedOf(found)], app: there };
}

/** A command whose operands are configuration files first. */
export interface FileCommand {
  /** Its words behind `lxops`. */
  readonly command: string;
  /** Advice for an operand that is neither a file nor an instance. */
  readonly advice?: (operand: string) => readonly string[];
}

/**
 * Returns the configurations that the operands of a command name. An operand that is no path and no file is the name
 * of an instance. Without operands, the configuration of the working directory is meant, and none of those below it:
 * a script whose variable is empty does not mean all of them.
 *
 * @throws {ConfigError} where an operand is neither a file nor an instance
 * @throws {UsageError} where there are no operands, and the working directory is not one of a container
 */
export async function fileSources(
  command: FileCommand,
  operands: readonly string[],
  values: NameValues,
  app: App,
): Promise<Found> {
  if (operands.length === 0) return { sources: [await ownFile(command, app)], app };
  const areFiles = await Promise.all(operands.map((operand) => isFileOperand(operand, values.project, app)));
  if (areFiles.every(Boolean)) return { sources: operands, app };
  const named = operands.filter((_, at) => !areFiles[at]);
  const places = await Promise.all(named.map((operand) => placeOf(app, operand, values.project)));
  const infos = await Promise.all(places.map((place) => infosAround(place)));
  const found = places.map((place, at) => infos[at]!.find(({ name }) => name === place.ref.name));
  const unknown = named.flatMap((operand, at) =>
    found[at] ? [] : [{ operand, names: infos[at]!.map(({ name }) => name) }]
  );
  if (unknown.length > 0) {
    const errors = await Promise.all(unknown.map(({ operand, names }) => neither(operand, names, app)));
    throw new ConfigError(
      errors.flatMap(({ issues }) => issues),
      command.advice?.(unknown[0]!.operand) ?? [],
    );
  }
  const meant = thereOf(places, areFiles.some(Boolean), values, app);
  const noted = [...await notedOf(places.map((place, at) => ({ ...place, info: found[at]! })), command)];
  return { sources: operands.map((operand, at) => areFiles[at] ? operand : noted.shift()!), app: meant };
}

/** Tells whether an operand is a file or a directory of containers, or is meant to be one. */
async function isFileOperand(operand: string, project: string, app: App): Promise<boolean> {
  if (isPath(operand)) return true;
  const { behind } = await import("../../run/targets/directories.ts");
  const info = await behind(operand, app.host).catch(() => undefined);
  if (info?.kind !== "directory") {
    return info !== undefined && !await isNoConfiguration(operand, project, app);
  }
  return (await (await import("../shared/search.ts")).configurationsOf(operand, app)).length > 0;
}

/** Tells whether a file with a name that an instance can have is no configuration: then the instance is meant. */
async function isNoConfiguration(operand: string, project: string, app: App): Promise<boolean> {
  const text = await app.host.readText(operand).catch(() => undefined);
  if (text === undefined || /^#lx(?:op|dop)s/.test(text)) return false;
  const place = await placeOf(app, operand, project);
  return await (await place.app.server()).instance(place.ref).catch(() => undefined) !== undefined;
}

async function ownFile({ command }: FileCommand, app: App): Promise<string> {
  const { configurationsIn, filesToName, isOwnFile } = await import("../../run/targets/directories.ts");
  const files = await configurationsIn(".", app.host);
  if (files.length === 1 && isOwnFile(files[0]!, ".")) return files[0]!;
  throw new UsageError(`Name one or more configuration files: lxops ${command} FILE...`, [
    ...(files.length > 0
      ? [`For all containers of the directories below this one: lxops ${command} .`]
      : await filesToName(".", app.host)),
    `See: lxops ${command} --help`,
  ]);
}

/** Returns the instances of a project. */
async function infosAround({ app, ref: { project } }: Place): Promise<readonly InstanceInfo[]> {
  return await (await app.server()).instances(project);
}

/** Returns the app of the daemon that has all instances that were named. */
function thereOf(places: readonly Place[], hasFiles: boolean, { name = "" }: NameValues, app: App): App {
  if (name !== "") {
    throw new UsageError(
      `--name ${name} can be used only with a configuration file, and "${
        places[0]!.ref.name
      }" is an instance`,
      ["Leave out --name for that instance; for another one of the same configuration, name its file"],
    );
  }
  const there = hasFiles ? app : places[0]!.app;
  for (const place of places) {
    if (place.app.globals.remote === there.globals.remote) continue;
    throw new UsageError(`"${place.ref.name}" is an instance of another remote than the others`, [
      "Run the command once for each remote; for files: lxops --remote NAME ...",
    ]);
  }
  return there;
}

async function notedOf(
  found: readonly (Place & { readonly info: InstanceInfo })[],
  { command }: Partial<FileCommand> = {},
) {
  const { sources, without: [unknown] } = await sourcesOf(found);
  if (!unknown) return sources;
  const { reason, advice } = await unusable(unknown);
  const { name } = unknown.ref;
  throw refuse(`Cannot find the configuration of instance "${name}"`, reason, [
    ...advice,
    ...(command === "delete"
      ? [`To delete it without its configuration, and keep its data: lxops down ${quote(name)}`]
      : []),
  ]);
}

/** Returns the reason why the configuration that is noted on an instance is not used, and what helps. */
async function unusable(
  { info, ref: { name }, app: { host } }: Place & { readonly info: InstanceInfo },
): Promise<{ readonly reason: string; readonly advice: readonly string[] }> {
  const file = info.config[CONFIG_MARK] ?? "";
  const inPlace = (path: string) => `Name the file in place of the instance: --name ${quote(name)} ${path}`;
  if (!file.startsWith("/")) {
    const write = `To write a configuration from the instance: lxops adopt ${quote(name)}`;
    return { reason: "no file is noted on it", advice: [inPlace("FILE"), write] };
  }
  const [{ behind }, { exposureOf }] = await Promise.all([
    import("../../run/targets/directories.ts"),
    import("../../run/targets/exposed_files.ts"),
  ]);
  const at = await behind(file, host);
  if (!at) {
    const reason = `the file that is noted on it, "${file}", does not exist`;
    return { reason, advice: ["If it was moved, move it back", inPlace("FILE")] };
  }
  if (at.kind !== "file") {
    return { reason: `what is noted on it, "${file}", is no file`, advice: [inPlace("FILE")] };
  }
  const exposure = await exposureOf(file, host);
  return {
    reason: `users other than root and you can change or replace the file that is noted on it, "${file}"` +
      (exposure ? `: ${exposure.reason}` : ""),
    advice: [
      ...(exposure ? [`To end that: ${exposure.cure}`] : []),
      inPlace(quote(file)),
    ],
  };
}

/** Returns the error about an operand that is neither a file nor one of these instances. */
async function neither(operand: string, names: readonly string[], app: App): Promise<ConfigError> {
  const error = await noSuchFile(operand, resolve(app.host.cwd, operand), app.host);
  const [meant] = error.issues.flatMap(({ message }) => /; did you mean ".*"\?$/s.exec(message)?.[0] ?? []);
  return fileError(
    operand,
    `There is no such file, and no instance of this name${meant ?? didYouMean(operand, names)}`,
  );
}

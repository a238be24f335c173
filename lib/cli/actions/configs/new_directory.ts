/**
 * Plans the files of new directories.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "@std/path";
import { type Issue, refuse, UsageError } from "../../../base/errors.ts";
import { instanceNameProblem } from "../../../instance/patterns/names.ts";
import { instanceName, losesName } from "../../../plan/starter/compose/file.ts";
import { IGNORED, type NewFile, starterFiles } from "../../../plan/starter/files.ts";
import type { Starter } from "../../../plan/starter/starter.ts";
import type { SourceInstance } from "../../../plan/starter/from_instance.ts";
import { failureError } from "../../../run/execute/apply.ts";
import type { Plan, Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { printable, printableJson } from "../../output/output.ts";
import { ownWords } from "./own_words.ts";

/** A directory that is written, and the starter of its files. */
export interface NewDirectory {
  /** Path as the command line has it. */
  readonly path: string;
  readonly starter: Starter;
}

/** The result of a source: directories, and warnings that concern none of them. */
export interface Started {
  readonly directories: readonly NewDirectory[];
  readonly issues: readonly Issue[];
  /** Name of the source in messages; absent: the configuration that is written. */
  readonly source?: string;
  /** Names of the source that are no secret, such as those of services and images. */
  readonly names?: readonly string[];
  /** The instance that exists already. */
  readonly adopted?: Adopted;
}

/** An instance that exists, with the app of its daemon. */
export interface Adopted {
  readonly source: SourceInstance;
  readonly app: App;
}

/** Values of the flags of commands that write directories. */
export interface WriteValues {
  readonly json: boolean;
  readonly "dry-run": boolean;
  readonly "show-secrets": boolean;
}

/**
 * Returns the path of a new directory without slashes at its end.
 *
 * @throws {UsageError} where it is the root directory, or its name has control characters
 */
export function newPath(operand: string, app: Pick<App, "host">): string {
  if (operand === "") throw new UsageError("The directory has no name");
  const path = operand.replace(/(?<=.)\/+$/, "");
  if (resolve(app.host.cwd, path) === "/") {
    throw new UsageError(`"${path}" is the root directory of this machine`, ["Name a directory of its own"]);
  }
  if (/\p{Cc}/u.test(path)) {
    throw new UsageError(`"${printable(path)}" has control characters, such as a newline`, [
      "Name a directory that can be written in one line",
    ]);
  }
  return path;
}

/** Writes files, or removes the written ones after a failure. */
export async function writeAll(plan: Plan, values: WriteValues, app: App): Promise<void> {
  const [failure] = await app.apply(plan, {
    dryRun: values["dry-run"],
    parallel: 1,
    undoOnFailure: true,
    verbose: false,
    showSecrets: values["show-secrets"],
  });
  if (!failure) return;
  const left = failure.done.map(({ title }) => `Done, and not taken back: ${title}`);
  throw failureError(failure, left.length > 0 ? left : ["What this run had written was removed"]);
}

/** Returns the written files as JSON. */
export function writtenJson(plans: readonly DirectoryPlan[], issues: readonly Issue[], more: object): string {
  return `${
    printableJson({
      directories: plans.map(({ directory, written, kept }) => ({ directory, written, kept })),
      remarks: issues.map(({ file, line, key, message }) => ({
        file,
        line: line ?? 0,
        key: key ?? "",
        message,
      })),
      ...more,
    })
  }\n`;
}

/** The files of a directory, as a plan. */
export interface DirectoryPlan {
  readonly directory: string;
  readonly steps: readonly Step[];
  /** The files that are written, by their absolute paths. */
  readonly files: ReadonlyMap<string, NewFile>;
  readonly issues: readonly Issue[];
  readonly written: readonly string[];
  /** Existing files, which stay. */
  readonly kept: readonly string[];
  /** Reasons why the directory is not written. */
  readonly inTheWay: readonly string[];
}

/**
 * Plans the files of all directories that a source gives.
 *
 * @throws {StateError} where files are in the way
 */
export async function planDirectories(
  started: Started,
  { path, command }: { readonly path: string; readonly command: string },
  app: App,
): Promise<readonly DirectoryPlan[]> {
  const plans = await Promise.all(started.directories.map((one) => planDirectory(one, started, app)));
  const problems = plans.flatMap((plan) => plan.inTheWay);
  if (problems.length > 0) {
    throw refuse(`Cannot write the files of ${path}`, problems, [
      `${command} replaces no file: name another directory, or move these away`,
    ], "exists");
  }
  app.show(ownWords([app.program, command, path, started.source ?? "", ...started.names ?? []]));
  app.hide(
    started.directories.flatMap(({ starter }) => [...starter.env.values()].filter((text) => text !== "")),
  );
  return plans;
}

/** Plans the files of a directory. Existing files stay unchanged. */
async function planDirectory(
  { path, starter }: NewDirectory,
  { source, adopted }: Started,
  app: App,
): Promise<DirectoryPlan> {
  const absolute = resolve(app.host.cwd, path);
  const file = join(path, "lxops.yaml");
  const issue = (message: string, key?: string): Issue => ({
    file,
    ...(key === undefined ? {} : { key }),
    message,
    severity: "warning",
  });
  const there = await app.host.lstat(absolute);
  const real = there?.kind === "symlink" ? await app.host.realPath(absolute) : absolute;
  const info = real === undefined
    ? undefined
    : there?.kind === "symlink"
    ? await app.host.lstat(real)
    : there;
  const empty = { directory: path, steps: [], files: new Map(), issues: [], written: [], kept: [] };
  const blocking = there ? info?.kind !== "directory" && path : await blockingPath(path, absolute, app);
  if (blocking) return { ...empty, inTheWay: [`${blocking} is no directory`] };
  const files = starterFiles(named(starter, absolute, adopted !== undefined));
  const isThere = await Promise.all(
    files.map((one) => there ? app.host.lstat(join(absolute, one.path.split("/")[0]!)) : undefined),
  );
  const kept = files.filter((_, index) => isThere[index]);
  const inTheWay = kept.filter((one) => one.path === "lxops.yaml" || one.secret || one.needed)
    .map((one) => `${join(path, one.needed ? one.path.split("/")[0]! : one.path)} exists already`);
  const fresh = files.filter((_, index) => !isThere[index]);
  const ignoring = kept.some((one) => one.path === ".gitignore")
    ? await planIgnoring({ path, absolute, hasSecret: files.some(({ secret }) => secret) }, app, issue)
    : undefined;
  return {
    directory: path,
    // Secret files are written last.
    steps: [
      ...ignoring?.steps ?? [],
      ...fresh.map((one) =>
        writeNew(join(path, one.path), join(absolute, one.path), one, !there || one.path.includes("/"))
      ),
    ],
    files: new Map(fresh.map((one) => [join(absolute, one.path), one])),
    issues: [
      ...starter.remarks.map(({ key, message, line, column }): Issue =>
        line === undefined ? { ...issue(message, key), ...(source === undefined ? {} : { file: source }) } : {
          file: source ?? file,
          line,
          ...(column === undefined ? {} : { column }),
          key,
          message,
          severity: "warning",
        }
      ),
      ...ignoring?.issues ?? [],
    ],
    written: fresh.map((one) => join(path, one.path)),
    kept: kept.map((one) => join(path, one.path)),
    inTheWay: [...inTheWay, ...ignoring?.inTheWay ?? []],
  };
}

/** Returns the path above a missing one that is no directory, so that nothing can be created in it. */
async function blockingPath(
  path: string,
  absolute: string,
  { host }: Pick<App, "host">,
): Promise<string | undefined> {
  const [shown, above] = [dirname(path), dirname(absolute)];
  if (above === absolute) return undefined;
  const info = await host.lstat(above);
  if (!info) return await blockingPath(shown, above, { host });
  const real = info.kind === "symlink" ? await host.realPath(above) : undefined;
  const { kind } = real === undefined ? info : await host.lstat(real) ?? info;
  return kind === "directory" ? undefined : shown;
}

/** Returns a starter that sets the name of its instance where the name of the directory cannot be one. */
function named(starter: Starter, absolute: string, exists: boolean): Starter {
  const own = basename(absolute);
  if (exists) return starter;
  const { name, ...keys } = starter.keys;
  if (instanceNameProblem(own) === undefined) return { ...starter, keys };
  if (name === undefined && losesName(own)) {
    throw new UsageError(`"${own}" cannot become the name of an instance`, [
      "Name a directory with letters of a to z, digits and hyphens",
    ]);
  }
  return { ...starter, keys: { name: name ?? instanceName(own), ...keys } };
}

function writeNew(
  shown: string,
  path: string,
  { text, mode, secret }: NewFile,
  isNewDirectory: boolean,
): Step {
  const file = { kind: "write", path, text, mode, ...(secret ? { secret } : {}) } as const;
  return {
    title: `Write ${shown}`,
    effect: { ...file, isNew: true },
    undo: { ...file, takesBack: isNewDirectory ? "directory" : "file" },
    partly: true,
    makes: [],
  };
}

/** Changes of an existing `.gitignore`. */
interface Ignoring {
  readonly steps: readonly Step[];
  readonly issues: readonly Issue[];
  readonly inTheWay: readonly string[];
}

/** Plans the lines that a `.gitignore` lacks, so that git ignores secret files. */
async function planIgnoring(
  { path, absolute, hasSecret }: Readonly<Record<"path" | "absolute", string>> & {
    readonly hasSecret: boolean;
  },
  app: App,
  issue: (message: string) => Issue,
): Promise<Ignoring> {
  const [shown, file] = [join(path, ".gitignore"), join(absolute, ".gitignore")];
  const info = await app.host.lstat(file);
  const text = info?.kind === "file" ? await app.host.readText(file).catch(() => undefined) : undefined;
  if (info === undefined || text === undefined) {
    const message = `${shown} is no file that git and lxops read: it has to ignore ${IGNORED.join(" ")}`;
    return hasSecret
      ? { steps: [], issues: [], inTheWay: [message] }
      : { steps: [], issues: [issue(message)], inTheWay: [] };
  }
  const lines = text.split("\n").map((line) => line.trim().replace(/^\/|\/$/g, ""));
  // The last matching line counts, and a line with "!" cancels earlier ones.
  const takesBack = lines.some((line) => line.startsWith("!"));
  const missing = IGNORED.filter((line) => takesBack || !lines.includes(line.slice(1)));
  if (missing.length === 0) return { steps: [], issues: [], inTheWay: [] };
  const whole = `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${missing.join("\n")}\n`;
  return {
    steps: [{
      title: `Add to ${shown}: ${missing.join(" ")}`,
      effect: { kind: "write", path: file, text: whole, mode: info.mode & 0o777 },
    }],
    issues: [issue(`Added to the existing .gitignore: ${missing.join(" ")}`)],
    inTheWay: [],
  };
}

/**
 * The commands of `i`.
 *
 * @module
 */
import { ConfigError, EXIT, type Issue } from "../../../base/errors.ts";
import { listedByZfs } from "../../../instance/kinds.ts";
import { deviceRows, filesystemRows, propertyRows } from "../../../instance/listing.ts";
import { asWarnings, EXISTING, NAME_ONLY, type Part } from "../../../instance/parts.ts";
import { environment, readLxcOptions } from "../../../plan/instance/resolve/lxc_options.ts";
import type { Target } from "../../../plan/world.ts";
import { allIssues, findTargets } from "../../../run/targets/targets.ts";
import type { App } from "../../command/app.ts";
import { machineHost, withoutDatasets } from "../../shared/operands.ts";
import { type ConfigValues, targetOptions } from "../../shared/target_options.ts";
import {
  isAskedFor,
  isForPrograms,
  type ListValues as ListForm,
  printList,
  printResult,
} from "../../output/listing.ts";
import {
  CONFIG_PROJECTS,
  DESCRIPTIONS,
  DEVICES,
  FILESYSTEMS,
  INSTANCE_PROPERTIES,
} from "../../results/configs.ts";
import { ISSUES, type VERIFY } from "../../results/findings.ts";
import { issueRow } from "../../results/issue_row.ts";
import type { Listing, ObjectOf, Shapes, ValueOf } from "../../results/shape.ts";

interface ListValues extends ConfigValues, ListForm {}

interface LongValues extends ListValues {
  readonly l: boolean;
}

/** Parts of a configuration that are not checked, as they may exist on other machines only. */
const ELSEWHERE: readonly Part[] = ["image", "member", "owner", "instance-name"];

/** Runs `i verify`. */
export async function verify(
  values: ListValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  const files = await filesIn(operands, app);
  const { strict } = app.globals;
  const options = { ...await targetOptions(values, app), without: strict ? [] : ELSEWHERE };
  const found = await findTargets(files, options, app.host);
  const problems = [...found.problems];
  const warnings = [
    ...found.warnings,
    ...found.targets.flatMap(({ instance }) => asWarnings(instance.unusable)),
  ];
  // Commands like delete load files without checking these options.
  const right = found.targets.filter((target) => {
    try {
      environment(target, readLxcOptions(target));
      return true;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.issues);
      return false;
    }
  });
  const issues = allIssues({ warnings, problems });
  if (isAskedFor(values)) {
    const result: ValueOf<typeof VERIFY.shape> = {
      version: 1,
      valid: problems.length === 0,
      instances: right.map(({ instance: { name, project, file } }) => ({
        instance: name,
        project: project || "default",
        file,
      })),
      issues: issues.map(issueRow),
    };
    await printResult(app, ISSUES, { whole: result, rows: result.issues, text: () => "" }, values);
    return problems.length === 0 ? EXIT.ok : EXIT.config;
  }
  app.print(right.map(({ instance }) => `${instance.name}\n`).join(""));
  app.warn(issues);
  if (problems.length === 0) return EXIT.ok;
  if (files.length > 1) {
    app.complain(`lxops: ${files.length - right.length} of ${files.length} files are wrong`);
  }
  return EXIT.config;
}

/** Returns files in which the configurations of directories stand for these. */
async function filesIn(files: readonly string[], app: App): Promise<readonly string[]> {
  const { sourcesIn } = await import("../../shared/search.ts");
  return (await sourcesIn<never>(files, app));
}

/** Loads instances to show them; their cloud-config files are not read. */
async function targetsOf(
  values: ConfigValues,
  files: readonly string[],
  app: App,
  { without = NAME_ONLY, recalls = false }: {
    readonly without?: readonly Part[];
    /** The `-P` properties of an instance that exists count, where none are given. */
    readonly recalls?: boolean;
  } = {},
): Promise<readonly Target[]> {
  const recall = recalls ? { recall: (await import("../../shared/lifecycle/recall.ts")).recallAt(app) } : {};
  const options = { ...await targetOptions(values, app), without, ...recall };
  const found = await findTargets(await filesIn(files, app), options, app.host);
  if (found.problems.length > 0) throw new ConfigError(allIssues(found));
  app.warn(found.warnings);
  return found.targets;
}

/** Runs `i description`. */
export async function description(values: ListValues, files: readonly string[], app: App): Promise<number> {
  const rows = (await targetsOf(values, files, app)).map(({ instance: { name, config } }) => ({
    instance: name,
    description: config.description,
  }));
  const text = () => rows.map((row) => `${row.description}\n`).join("");
  await printResult(app, DESCRIPTIONS, { whole: rows, rows, text }, values);
  return EXIT.ok;
}

/** Runs `i project`, which prints an empty line where neither the command line nor the file names one. */
export async function project(values: ListValues, files: readonly string[], app: App): Promise<number> {
  const rows = (await targetsOf(values, files, app)).map(({ instance: { name, config } }) => ({
    instance: name,
    project: values.project || config.project,
  }));
  const text = () => rows.map((row) => `${row.project}\n`).join("");
  await printResult(app, CONFIG_PROJECTS, { whole: rows, rows, text }, values);
  return EXIT.ok;
}

/** Runs `i properties`. */
export async function properties(values: ListValues, files: readonly string[], app: App): Promise<number> {
  const targets = await targetsOf(values, files, app);
  const title = "Effective Properties:\n";
  const rowsOf = ({ instance }: Target) => propertyRows(instance.properties);
  await printTargets(app, INSTANCE_PROPERTIES, { targets, rowsOf, title }, values);
  return EXIT.ok;
}

/** Runs `i filesystems`. */
export async function filesystems(
  values: LongValues,
  files: readonly string[],
  app: App,
): Promise<number> {
  const targets = await targetsOf(values, files, app, { without: [...EXISTING, "devices"], recalls: true });
  if (!values.l) {
    const rowsOf = ({ instance }: Target) => filesystemRows(instance);
    await printTargets(app, FILESYSTEMS, { targets, rowsOf }, values);
  } else {
    const { longFilesystemRows } = await import("./i_long.ts");
    const { rowsOf, more } = await longFilesystemRows(targets, app);
    await printTargets(app, FILESYSTEMS, { targets, rowsOf, more }, values);
  }
  return EXIT.ok;
}

/** Runs `i devices`. */
export async function devices(values: LongValues, files: readonly string[], app: App): Promise<number> {
  const targets = await targetsOf(values, files, app, { without: EXISTING, recalls: true });
  const directories = await directoriesOf(targets, app);
  const plain = ({ instance }: Target) => deviceRows(instance, ({ path }) => directories.get(path));
  if (!values.l) await printTargets(app, DEVICES, { targets, rowsOf: plain }, values);
  else {
    const { longDeviceRows } = await import("./i_long.ts");
    const { rowsOf, more } = await longDeviceRows(targets, plain, app);
    await printTargets(app, DEVICES, { targets, rowsOf, more }, values);
  }
  return EXIT.ok;
}

/** Returns the directories of ZFS filesystems that the machine knows; problems with others are warnings. */
async function directoriesOf(targets: readonly Target[], app: App): Promise<ReadonlyMap<string, string>> {
  const zfs = targets.some(({ instance }) => listedByZfs(instance.filesystems).length > 0);
  const datasets = zfs ? await withoutDatasets(await machineHost(targets, app), app).datasets() : new Map();
  if (datasets.size === 0) return new Map();
  const { locate } = await import("../../../plan/storage/layout.ts");
  const directories = new Map<string, string>();
  for (const target of targets) {
    try {
      for (const { path, directory } of locate(target, datasets).filesystems) {
        directories.set(path, directory);
      }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      app.warn(error.issues.map((issue): Issue => ({ ...issue, severity: "warning" })));
    }
  }
  return directories;
}

/** The rows of each target. */
interface TargetRows<R> {
  readonly targets: readonly Target[];
  readonly rowsOf: (target: Target) => readonly R[];
  /** Further columns of tables. */
  readonly more?: readonly string[];
  /** A line above the table of each target. */
  readonly title?: string;
}

/** Prints the rows of each target: for users in a table each, for programs in one list with the instances' names. */
async function printTargets<K extends Shapes>(
  app: App,
  listing: Listing<K>,
  { targets, rowsOf, more = [], title = "" }: NoInfer<TargetRows<Omit<ObjectOf<K>, "instance">>>,
  values: ListValues,
): Promise<void> {
  const named = (target: Target) =>
    rowsOf(target).map((row) => ({ instance: target.instance.name, ...row }) as unknown as ObjectOf<K>);
  const columns = [...listing.columns, ...more];
  if (isForPrograms(values)) {
    const shownColumns = [...targets.length > 1 ? ["instance"] : [], ...columns];
    return await printList(app, listing, targets.flatMap(named), { ...values, shownColumns });
  }
  for (const target of targets) {
    if (title !== "") app.print(title);
    await printList(app, listing, named(target), { ...values, shownColumns: columns });
  }
}

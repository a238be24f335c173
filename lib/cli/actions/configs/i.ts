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
import { renderRows, type TableOptions } from "../../output/table.ts";

interface ListValues extends ConfigValues {
  readonly json: boolean;
}

interface LongValues extends ListValues {
  readonly l: boolean;
}

/** Parts of a configuration that are not checked, as they may exist on other machines only. */
const ELSEWHERE: readonly Part[] = ["image", "member", "owner", "instance-name"];

/** `i verify`. */
export async function verify(values: ConfigValues, files: readonly string[], app: App): Promise<number> {
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
  app.print(right.map(({ instance }) => `${instance.name}\n`).join(""));
  app.warn(allIssues({ warnings, problems }));
  if (problems.length === 0) return EXIT.ok;
  if (files.length > 1) {
    app.complain(`lxops: ${files.length - right.length} of ${files.length} files are wrong`);
  }
  return EXIT.config;
}

/** Loads instances to show them; their cloud-config files are not read. */
async function targetsOf(
  values: ConfigValues,
  files: readonly string[],
  app: App,
  without: readonly Part[] = NAME_ONLY,
): Promise<readonly Target[]> {
  const options = { ...await targetOptions(values, app), without };
  const found = await findTargets(files, options, app.host);
  if (found.problems.length > 0) throw new ConfigError(allIssues(found));
  app.warn(found.warnings);
  return found.targets;
}

/** `i description`. */
export async function description(values: ConfigValues, files: readonly string[], app: App): Promise<number> {
  for (const { instance } of await targetsOf(values, files, app)) {
    app.print(`${instance.config.description}\n`);
  }
  return EXIT.ok;
}

/** `i project`; empty where neither the command line nor the file names one. */
export async function project(values: ConfigValues, files: readonly string[], app: App): Promise<number> {
  for (const { instance } of await targetsOf(values, files, app)) {
    app.print(`${values.project || instance.config.project}\n`);
  }
  return EXIT.ok;
}

/** `i properties`. */
export async function properties(values: ListValues, files: readonly string[], app: App): Promise<number> {
  const targets = await targetsOf(values, files, app);
  const title = "Effective Properties:\n";
  const text = renderTargets(targets, ["key", "value"], ({ instance }) => propertyRows(instance.properties), {
    ...values,
    mask: app.mask,
    title,
  });
  app.print(text);
  return EXIT.ok;
}

/** `i filesystems`. */
export async function filesystems(
  values: LongValues,
  files: readonly string[],
  app: App,
): Promise<number> {
  const targets = await targetsOf(values, files, app, [...EXISTING, "devices"]);
  const columns = ["filesystem", "path", "pattern", "flags"] as const;
  if (!values.l) {
    app.print(
      renderTargets(targets, columns, ({ instance }) => filesystemRows(instance), {
        ...values,
        mask: app.mask,
      }),
    );
  } else {
    const { longFilesystemRows } = await import("./i_long.ts");
    const { rowsOf, more } = await longFilesystemRows(targets, app);
    app.print(renderTargets(targets, [...columns, ...more], rowsOf, { ...values, mask: app.mask }));
  }
  return EXIT.ok;
}

/** `i devices`. */
export async function devices(values: LongValues, files: readonly string[], app: App): Promise<number> {
  const targets = await targetsOf(values, files, app, EXISTING);
  const directories = await directoriesOf(targets, app);
  const columns = ["source", "path", "name", "dir", "filesystem"] as const;
  const plain = ({ instance }: Target) => deviceRows(instance, ({ path }) => directories.get(path));
  if (!values.l) app.print(renderTargets(targets, columns, plain, { ...values, mask: app.mask }));
  else {
    const { longDeviceRows } = await import("./i_long.ts");
    const { rowsOf, more } = await longDeviceRows(targets, plain, app);
    app.print(renderTargets(targets, [...columns, ...more], rowsOf, { ...values, mask: app.mask }));
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

type Row<C extends string> = Parameters<typeof renderRows<C>>[1][number];

/** Renders the rows of each instance; in JSON all in one list, with the instances' names. */
function renderTargets<C extends string>(
  targets: readonly Target[],
  columns: readonly C[],
  rowsOf: (target: Target) => readonly Row<C>[],
  { json, title = "", mask }: Pick<TableOptions, "json" | "mask"> & { readonly title?: string },
): string {
  const options = { json, ...(mask ? { mask } : {}) };
  if (!json) {
    return targets.map((target) => `${title}${renderRows(columns, rowsOf(target), options)}`).join("");
  }
  const rows = targets.flatMap((target) =>
    rowsOf(target).map((row) => ({ instance: target.instance.name, ...row }))
  );
  return renderRows(columns, rows, options);
}

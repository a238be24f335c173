/**
 * The commands of `config` that change nothing.
 *
 * @module
 */
import type { LoadedConfig } from "../../../config/config.ts";
import { originOf, shownPath } from "../../../config/load/origins.ts";
import { overrides } from "../../../config/load/overrides.ts";
import { parseFile } from "../../../config/load/read_any.ts";
import {
  droppedLines,
  formatLines,
  formatRows,
  includeLines,
  includeTreeLines,
} from "../../../config/describe/listing.ts";
import { configData, printConfig, printFile } from "../../../config/print.ts";
import { ConfigError, EXIT, type Issue, UsageError } from "../../../base/errors.ts";
import { propertyRows } from "../../../instance/listing.ts";
import type { App } from "../../command/app.ts";
import {
  distinct,
  readConfig,
  readConfigs,
  readFiles,
  type ReadValues,
  tellDropped,
} from "../../shared/load_configs.ts";
import { printableJson } from "../../output/output.ts";
import { fitsName } from "../../shared/name_filter.ts";
import { isAskedFor, type ListValues, printList } from "../../output/listing.ts";
import { CLOUD_CONFIGS, CONFIG_FORMATS, FILE_PROPERTIES, INCLUDES, PACKAGES } from "../../results/configs.ts";
import type { RowOf } from "../../results/shape.ts";

/** Runs `config parse`. */
export async function parse(values: ReadValues, files: readonly string[], app: App): Promise<number> {
  const { configs, warnings } = await readConfigs(files, values, app);
  app.warn(distinct([...warnings, ...configs.flatMap(overrides)]));
  for (const config of configs) {
    if (values.v) app.print(lines(readFiles(config)));
    tellDropped(config, values, app);
  }
  return EXIT.ok;
}

/** Runs `config print`. */
export async function print(
  values: ReadValues & { readonly json: boolean },
  [file]: readonly string[],
  app: App,
): Promise<number> {
  if (values.json && values.raw) throw new UsageError("--json and --raw contradict each other");
  const config = await readConfig(file!, values, app);
  app.warn(overrides(config));
  if (values.json) {
    app.print(`${printableJson(configData(asTyped(config)))}\n`);
    return EXIT.ok;
  }
  app.print(values.raw ? await rawText(file!, app) : printConfig(asTyped(config)));
  return EXIT.ok;
}

/** Resolves the paths of a configuration as the Go lxops prints them, so that a copy saved here means the same. */
function asTyped(loaded: LoadedConfig): LoadedConfig["config"] {
  const { config } = loaded;
  return {
    ...config,
    cloudConfigFiles: config.cloudConfigFiles.map((path) => shownPath(loaded, path)),
    sourceConfig: config.sourceConfig === "" ? "" : shownPath(loaded, config.sourceConfig),
  };
}

async function rawText(file: string, app: App): Promise<string> {
  const text = await app.host.readText(file);
  return printFile(parseFile(file, text ?? "", { formats: app.formats }));
}

/** Runs `config properties`. */
export async function properties(
  values: ReadValues & ListValues,
  [file, ...filters]: readonly string[],
  app: App,
): Promise<number> {
  const { config } = await readConfig(file!, values, app);
  const rows = propertyRows(config.properties).filter(({ key }) => fitsName(key, filters));
  await printList(app, FILE_PROPERTIES, rows, { ...values, bare: true });
  return EXIT.ok;
}

/** Runs `config cloud-config`. */
export async function cloudConfig(
  values: ReadValues & ListValues,
  [file, ...filters]: readonly string[],
  app: App,
): Promise<number> {
  const loaded = await readConfig(file!, values, app);
  const rows = loaded.config.cloudConfigFiles.map((path) => ({ file: shownPath(loaded, path) }))
    .filter(({ file }) => fitsName(file, filters));
  await printList(app, CLOUD_CONFIGS, rows, { ...values, bare: true });
  return EXIT.ok;
}

/** Runs `config packages`. */
export async function packages(
  values: ReadValues & ListValues,
  [file, ...filters]: readonly string[],
  app: App,
): Promise<number> {
  const loaded = await readConfig(file!, values, app);
  const { config } = loaded;
  const { makeCloudConfigReader } = await import("../../../run/targets/cloud_configs.ts");
  const read = makeCloudConfigReader(app.host, app.globals.strict);
  const problems: Issue[] = [];
  const rows: RowOf<typeof PACKAGES>[] = [];
  for (const [index, path] of config.cloudConfigFiles.entries()) {
    const key = `cloud-config-files.${index}`;
    try {
      const found = await read(path, shownPath(loaded, path));
      if (!found) {
        problems.push({
          file: file!,
          ...originOf(loaded, key),
          key,
          message: `No such file: ${path}`,
          severity: "error",
        });
        continue;
      }
      app.warn(found.warnings);
      const { packages = [] } = found.cloudConfig.values;
      rows.push(...packages.map(({ name, version }) => ({
        package: version === undefined ? name : `${name}=${version}`,
        name,
        version: version ?? "",
      })));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.issues);
    }
  }
  if (problems.length > 0) throw new ConfigError(distinct(problems));
  const shown = rows.filter(({ name }) => fitsName(name, filters));
  await printList(app, PACKAGES, shown, { ...values, bare: true });
  return EXIT.ok;
}

/** Runs `config includes`. */
export async function includes(
  values: ReadValues & ListValues,
  files: readonly string[],
  app: App,
): Promise<number> {
  const { configs, warnings } = await readConfigs(files, values, app);
  app.warn(warnings);
  if (values.v && !values.json && !values.format && !values.columns) {
    for (const { tree } of configs) app.print(lines([tree.file, ...includeTreeLines(tree, "  ")]));
  } else {
    const found = [...new Set(configs.flatMap(({ tree }) => includeLines(tree)))];
    await printList(app, INCLUDES, found.map((file) => ({ file })), { ...values, bare: true });
  }
  for (const { dropped } of configs) droppedLines(dropped).forEach(app.complain);
  return EXIT.ok;
}

/** Runs `config formats`. */
export async function formats(values: ListValues, filters: readonly string[], app: App): Promise<number> {
  const shown = formatRows(app.formats).filter(({ format }) => fitsName(format, filters));
  if (filters.length > 0 || isAskedFor(values)) await printList(app, CONFIG_FORMATS, shown, values);
  else app.print(lines(formatLines(app.formats)));
  return EXIT.ok;
}

/** Runs `config schema`. */
export async function schema(_values: object, _operands: readonly string[], app: App): Promise<number> {
  const [{ jsonSchema }, { configSchema }] = await Promise.all([
    import("../../../config/schema/json_schema.ts"),
    import("../../../config/schema/schema.ts"),
  ]);
  const description =
    "A configuration file of lxops, which describes instances and their directories on the host";
  app.print(`${JSON.stringify(jsonSchema(configSchema, "lxops configuration", description), null, 2)}\n`);
  return EXIT.ok;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

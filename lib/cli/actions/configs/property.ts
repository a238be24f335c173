/**
 * The commands of `property`.
 *
 * @module
 */
import { removeKey, setKey } from "../../../config/yaml/edit.ts";
import { didYouMean } from "../../../base/suggest.ts";
import { EXIT, UsageError } from "../../../base/errors.ts";
import { propertyRows } from "../../../instance/listing.ts";
import { builtins, parseProperties } from "../../../instance/patterns/properties.ts";
import type { App } from "../../command/app.ts";
import { globalProperties, type PropertyValues } from "../../shared/load_configs.ts";
import { type ListValues, printList } from "../../output/listing.ts";
import { fitsName } from "../../shared/name_filter.ts";
import { PROPERTIES } from "../../results/configs.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { readTextFile, writeStep } from "../../shared/text_file.ts";

interface ChangeValues extends PropertyValues {
  readonly "dry-run": boolean;
}

/** Runs `property list`. */
export async function list(
  values: PropertyValues & ListValues,
  filters: readonly string[],
  app: App,
): Promise<number> {
  const { all, warnings } = await globalProperties(values, app);
  app.warn(warnings);
  const rows = propertyRows(all).filter(({ key }) => fitsName(key, filters));
  await printList(app, PROPERTIES, rows, values);
  return EXIT.ok;
}

/** Runs `property get`. */
export async function get(values: PropertyValues, [key]: readonly string[], app: App): Promise<number> {
  const { all, warnings } = await globalProperties(values, app);
  app.warn(warnings);
  const value = Object.hasOwn(all, key!) ? all[key!] : undefined;
  if (value === undefined) app.complain(`lxops: ${noProperty(key!, all)}`);
  app.print(`${value ?? ""}\n`);
  return EXIT.ok;
}

/** Runs `property set`. */
export async function set(
  values: ChangeValues,
  [key, value]: readonly string[],
  app: App,
): Promise<number> {
  if (!/^[^()]+$/.test(key!)) {
    throw new UsageError(`Invalid property name "${key}": patterns name it in parentheses`);
  }
  if (Object.hasOwn(builtins("", ""), key!)) {
    app.complain(`lxops: "${key}" is built in; this value will not be used`);
  }
  const file = await propertiesFile(values, app, { isNew: true });
  const text = setKey(file.path, file.text, key!, value!);
  const step = writeStep(`Set ${key} in ${file.path}`, { ...file, text });
  await applySteps(app, [step], { dryRun: values["dry-run"], passOutput: true });
  return EXIT.ok;
}

/** Runs `property unset`. */
export async function unset(values: ChangeValues, [key]: readonly string[], app: App): Promise<number> {
  const file = await propertiesFile(values, app);
  const { properties } = parseProperties(file.path, file.text);
  const there = Object.hasOwn(properties, key!);
  if (!there) app.complain(`lxops: ${file.path}: ${noProperty(key!, properties)}`);
  const text = removeKey(file.path, file.text, key!);
  const steps = there ? [writeStep(`Remove ${key} from ${file.path}`, { ...file, text })] : [];
  await applySteps(app, steps, { dryRun: values["dry-run"], passOutput: true });
  const { properties: others } = await globalProperties({ properties: "", P: [] }, app);
  if (Object.hasOwn(others, key!)) {
    app.complain(`lxops: "${key}" still has a value, from a file of properties.d`);
  }
  return EXIT.ok;
}

/** Runs `property file`. */
export async function file(values: PropertyValues, _operands: readonly string[], app: App): Promise<number> {
  app.print(`${(await globalProperties(values, app, { isNew: true })).file}\n`);
  return EXIT.ok;
}

function noProperty(key: string, known: Readonly<Record<string, string>>): string {
  return `There is no property "${key}"${didYouMean(key, Object.keys(known))}`;
}

async function propertiesFile(values: PropertyValues, app: App, options: { readonly isNew?: boolean } = {}) {
  if (values.properties === "") {
    throw new UsageError("--properties names no file to change");
  }
  const { file: path } = await globalProperties(values, app, options);
  return await readTextFile(path, app) ?? { path, text: "", mode: 0o644 };
}

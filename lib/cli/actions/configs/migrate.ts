/**
 * `migrate check`.
 *
 * @module
 */
import { dirname, join, resolve } from "@std/path";
import {
  ConfigError,
  EXIT,
  formatIssue,
  InterruptedError,
  type Issue,
  LxopsError,
  reasonOf,
  UsageError,
} from "../../../base/errors.ts";
import { compareTexts } from "../../../base/order.ts";
import { quote } from "../../../base/shell.ts";
import { goDifferences } from "../../../cloudconfig/read/go_differences.ts";
import { isOldest } from "../../../config/formats/format.ts";
import { HEADER, headerOf } from "../../../config/header.ts";
import type { Part } from "../../../instance/parts.ts";
import { configDirectory, loadGlobalProperties } from "../../../instance/patterns/properties.ts";
import { instanceFinding } from "../../../plan/migrate/instance_lines.ts";
import { objectKey, type Target } from "../../../plan/world.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import { findTargets } from "../../../run/targets/targets.ts";
import type { App } from "../../command/app.ts";
import { checkList, type ListValues, printResult } from "../../output/listing.ts";
import { printable } from "../../output/output.ts";
import { MIGRATION } from "../../results/findings.ts";
import { isDirectory } from "../../shared/target_file.ts";
import { type ConfigValues, targetOptions } from "../../shared/target_options.ts";

/** The thing that was looked at, lines of the result, and marks of errors and differences. */
interface Findings {
  readonly of: string;
  readonly lines: readonly string[];
  readonly wrong: boolean;
  readonly differs: boolean;
}

/** Parts that may exist on other machines only. */
const ELSEWHERE: readonly Part[] = ["image", "member", "owner", "instance-name"];

/** Runs `migrate check`. */
export async function migrateCheck(
  values: ConfigValues & ListValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  checkList(MIGRATION, values);
  const files = operands.length > 0
    ? (await Promise.all(operands.map((operand) => filesOf(operand, app)))).flat()
    : await filesIn(".", app);
  const instances = await instancesOf(app);
  const found: Findings[] = [await ofProperties(values, app)];
  for (const file of files) found.push(await ofAnyFile(file, values, instances, app));
  const [wrong, differs] = [found.some((one) => one.wrong), found.some((one) => one.differs)];
  const result = wrong
    ? "Correct the files that are wrong"
    : differs
    ? "What is said above differs from the Go lxops"
    : "Nothing here differs from the Go lxops";
  const lines = [...found.flatMap((one) => one.lines), `${result}; for every setup: lxops help migrate`];
  const rows = found.map(({ of, wrong, differs, lines }) => ({
    of,
    result: wrong ? "wrong" : differs ? "differs" : "same",
    notes: lines.map((line, index) => (index === 0 ? line.slice(of.length + 1) : line).trim())
      .filter((line) => line !== ""),
  }));
  const text = () => lines.map((line) => `${printable(line)}\n`).join("");
  await printResult(app, MIGRATION, { whole: rows, rows, text }, values);
  return wrong ? EXIT.config : differs ? EXIT.differs : EXIT.ok;
}

/** Tells whether a text is a configuration from before configurations had a first line of their own. */
function isOld(text: string): boolean {
  return !headerOf(text).startsWith("#") && isOldest(text);
}

/** Reads a file of the directory; prints a warning and returns an empty text where it cannot be read. */
async function textOf(name: string, app: App): Promise<string> {
  try {
    return await app.host.readText(resolve(app.host.cwd, name)) ?? "";
  } catch (error) {
    app.complain(printable(`note: "${name}" is left out: ${reasonOf(error)}`));
    return "";
  }
}

/** Returns the configurations of a directory, or the file that is named. */
async function filesOf(operand: string, app: App): Promise<readonly string[]> {
  return await isDirectory(operand, app) ? await filesIn(operand, app) : [operand];
}

async function filesIn(directory: string, app: App): Promise<readonly string[]> {
  const names = (await app.host.readDir(resolve(app.host.cwd, directory))).filter((name) =>
    /\.ya?ml$/.test(name)
  );
  const texts = await Promise.all(
    names.map((name) => join(directory, name)).map(async (name) => [name, await textOf(name, app)] as const),
  );
  const files = texts.filter(([, text]) => /^#lx/.test(headerOf(text)) || isOld(text)).map(([name]) => name);
  if (files.length > 0) return files.sort(compareTexts);
  const where = directory === "." ? "this directory" : `directory "${directory}"`;
  throw new UsageError(`There is no configuration in ${where}`, [
    "Name files: lxops migrate check FILE...",
  ]);
}

/** Returns the daemon's instances; prints a note and returns `undefined` where the daemon does not answer. */
async function instancesOf(app: App): Promise<ReadonlyMap<string, InstanceInfo> | undefined> {
  try {
    const all = await (await app.server()).instances(undefined);
    return new Map(all.map((one) => [objectKey(one.project, one.name), one]));
  } catch (error) {
    if (!(error instanceof LxopsError) || error instanceof InterruptedError) throw error;
    app.complain(printable(`note: instances are left out, as the daemon was not asked: ${error.message}`));
    return undefined;
  }
}

async function ofProperties(values: ConfigValues, app: App): Promise<Findings> {
  const old = join(dirname(configDirectory(app.host)), "lxdops", "properties.yaml");
  try {
    const { files, properties, warnings, file } = await loadGlobalProperties(
      app.host,
      values.properties === undefined ? {} : { file: values.properties },
    );
    const count = Object.keys(properties).length;
    const isOld = files.length === 0 && await app.host.readText(old) !== undefined;
    return {
      of: "properties",
      lines: [
        `properties: ${count} in ${
          files.length === 0 ? `no file; they would be in ${file}` : files.join(", ")
        }`,
        ...(isOld ? [`  Those of lxdops are in ${old}: cp ${quote(old)} ${quote(file)}`] : []),
        ...warnings.map((issue) => `  ${formatIssue(issue)}`),
      ],
      wrong: false,
      differs: isOld || warnings.length > 0,
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return wrongWith("properties", "", error.issues);
  }
}

function wrongWith(of: string, what: string, issues: readonly Issue[]): Findings {
  return {
    of,
    lines: [`${of}:${what}`, ...issues.map((issue) => `  ${formatIssue(issue)}`)],
    wrong: true,
    differs: true,
  };
}

/** Checks a file; one that cannot be read is wrong, and the others are checked all the same. */
async function ofAnyFile(...checked: Parameters<typeof ofFile>): Promise<Findings> {
  try {
    return await ofFile(...checked);
  } catch (error) {
    if (!(error instanceof LxopsError) || error instanceof InterruptedError) throw error;
    const [file] = checked;
    if (error instanceof ConfigError) return wrongWith(file, " it is wrong", error.issues);
    return { of: file, lines: [`${file}: it is wrong`, `  ${error.message}`], wrong: true, differs: true };
  }
}

async function ofFile(
  file: string,
  values: ConfigValues,
  instances: ReadonlyMap<string, InstanceInfo> | undefined,
  app: App,
): Promise<Findings> {
  const text = await app.host.readText(join(file.startsWith("/") ? "/" : app.host.cwd, file)) ?? "";
  const header = headerOf(text);
  if (isOld(text)) {
    return {
      of: file,
      lines: [
        `${file}: a file of lxdops from before 2023`,
        `  To convert it: lxops config convert --from lxdops-old ${quote(file)}`,
      ],
      wrong: false,
      differs: true,
    };
  }
  const options = { ...await targetOptions(values, app), without: ELSEWHERE };
  const { targets: [target], warnings, problems } = await findTargets([file], options, app.host);
  if (!target) return wrongWith(file, " it is wrong", [...warnings, ...problems]);
  const issues = [...warnings, ...differencesIn(target, warnings)];
  const info = instances?.get(objectKey(target.instance.project, target.instance.name));
  const { lines: [first = "", ...rest], differs } = instances
    ? instanceFinding(target, info)
    : { lines: ["right"], differs: false };
  const format = header === HEADER ? [] : [
    `  Format ${header} is read unchanged; to write it in the current one: lxops config convert ${
      quote(file)
    }`,
  ];
  return {
    of: file,
    lines: [`${file}: ${first}`, ...format, ...issues.map((issue) => `  ${formatIssue(issue)}`), ...rest],
    wrong: false,
    differs: differs || issues.length > 0,
  };
}

/** Returns the differences in cloud-config files, without values that already have a warning. */
function differencesIn({ cloudConfigs }: Target, warnings: readonly Issue[]): readonly Issue[] {
  const known = new Set(warnings.map(({ file, line, column }) => `${file}:${line}:${column}`));
  return cloudConfigs.flatMap(goDifferences).filter(({ file, line, column }) =>
    !known.has(`${file}:${line}:${column}`)
  );
}

/**
 * The commands about cloud-config files: read, check, show and apply them.
 *
 * @module
 */
import { type CloudConfig, mergeCloudConfigs, parseCloudConfig } from "../../../cloudconfig/read/schema.ts";
import { compile, leftOut } from "../../../cloudconfig/compile/compile.ts";
import { JOURNAL } from "../../../cloudconfig/batch/journal.ts";
import { lintCloudConfig } from "../../../cloudconfig/read/lint.ts";
import type { Order } from "../../../cloudconfig/model/order.ts";
import { type OSType, osType, osTypeNames } from "../../../cloudconfig/model/ostype.ts";
import { showScript } from "../../../cloudconfig/batch/plan.ts";
import { ConfigError, EXIT, formatIssue, type Issue, UsageError } from "../../../base/errors.ts";
import { planCloudConfig, runningInstance } from "../../../plan/lifecycle/cloudconfig.ts";
import { choose } from "../../../plan/lifecycle/configure.ts";
import { type FoundOS, osOfInstance } from "../../../plan/instance/resolve/ostype.ts";
import type { InstanceInfo, InstanceServer } from "../../../ports/mod.ts";
import { peekAt } from "../../../run/observe/peek.ts";
import { failureError } from "../../../run/execute/apply.ts";
import { filled, readText } from "../../../run/targets/cloud_configs.ts";
import { watch } from "../../../run/targets/exposed_files.ts";
import type { App } from "../../command/app.ts";
import { lockInstances, type LockValues } from "../../shared/lifecycle/lock.ts";
import { checkParallel, missingInstance, projectOf } from "../../shared/operands.ts";
import { checkChoice } from "../../shared/sections.ts";
import { applyOptions } from "../../command/apply_options.ts";
import { type ListValues, printResult } from "../../output/listing.ts";
import { errorText, printable } from "../../output/output.ts";
import { ISSUES, type LINT } from "../../results/findings.ts";
import { issueRow } from "../../results/issue_row.ts";
import type { ValueOf } from "../../results/shape.ts";

/** Values of flags that showing and applying have in common. */
interface ShowValues {
  readonly ostype: string;
  readonly order: string;
  readonly only: readonly string[];
  readonly "step-timeout": number;
  readonly "show-secrets": boolean;
}

/** Values of flags of applying. */
interface ApplyValues extends ShowValues, LockValues {
  /** The instance, where operands are files. */
  readonly i: string;
  /** The file, where operands are instances. */
  readonly f: string;
  readonly project: string;
  readonly parallel: number;
  readonly trace: boolean;
  readonly resume: boolean;
}

/** Reads a file, or stdin for `-`, and returns its text with its name for messages. */
async function readFile(path: string, app: App, host = app.host): Promise<{ file: string; text: string }> {
  if (path !== "-") {
    const text = await readText(host, path, path);
    if (text !== undefined) return { file: path, text };
    throw new ConfigError([{ file: path, message: "No such file", severity: "error" }]);
  }
  const text = await app.stdin.text();
  if (text === undefined) {
    throw new UsageError("A file is needed: as an operand, with -f, or as standard input");
  }
  return { file: "stdin", text };
}

/** Reads all files, and tells of the problems of all of them at once. */
async function readAll<T>(
  files: readonly string[],
  app: App,
  read: (file: string, text: string) => T,
): Promise<readonly T[]> {
  const results: T[] = [];
  const issues: Issue[] = [];
  const watched = watch(app.host);
  for (const path of files) {
    try {
      const { file, text } = await readFile(path, app, watched.host);
      results.push(read(file, text));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      issues.push(...error.issues);
    }
  }
  if (issues.length > 0) throw new ConfigError(issues);
  app.warn(await watched.exposed());
  return results;
}

async function readConfigs(files: readonly string[], app: App): Promise<readonly CloudConfig[]> {
  const read = await readAll(files, app, parseCloudConfig);
  const warnings = read.flatMap((one) => one.warnings);
  if (app.globals.strict && warnings.length > 0) {
    throw new ConfigError(warnings.map((issue) => ({ ...issue, severity: "error" })));
  }
  app.warn(warnings);
  return await filled(mergeCloudConfigs(read.map(({ cloudConfig }) => cloudConfig)), undefined);
}

function orderOf({ order }: ShowValues): Order {
  if (order === "lxops" || order === "cloud-init") return order;
  throw new UsageError(`--order is lxops or cloud-init, not "${order}"`);
}

/** Returns the operating system that `--ostype` names, if it names one. */
function givenOS({ ostype }: ShowValues): OSType | undefined {
  if (ostype === "") return undefined;
  const os = osType(ostype);
  if (os) return os;
  throw new UsageError(`There is no ostype "${ostype}"; there are ${osTypeNames().join(", ")}`);
}

/** Runs `cloudconfig lint`. */
export async function lint(
  values: ListValues,
  files: readonly string[],
  app: App,
): Promise<number> {
  const found = (await readAll(files, app, lintCloudConfig)).flat();
  const result: ValueOf<typeof LINT.shape> = { version: 1, issues: found.map(issueRow) };
  const text = () => found.map((issue) => `${formatIssue(issue)}\n`).join("");
  await printResult(app, ISSUES, { whole: result, rows: result.issues, text }, values);
  if (found.length === 0) return EXIT.ok;
  return app.globals.strict ? EXIT.config : EXIT.failure;
}

/** Runs `cloudconfig plan`. */
export async function plan(values: ShowValues, operands: readonly string[], app: App): Promise<number> {
  if (printsTypes(values, app)) return EXIT.ok;
  await checkChoice({ ...values, all: false, resume: false });
  const files = operands.length > 0 ? operands : ["-"];
  const os = givenOS(values);
  const order = orderOf(values);
  if (!os) throw new UsageError(`--ostype is needed: one of ${osTypeNames().join(", ")}`);
  const { only = [], stepSeconds } = applyOptions(values);
  const configs = await readConfigs(files, app);
  for (const note of leftOut(configs, os)) app.complain(`note: ${note}`);
  const all = compile(configs, os, { order });
  const { items } = choose(all, undefined, { all: true, only });
  app.print(showScript(items, {
    secrets: values["show-secrets"],
    ...(stepSeconds === undefined ? {} : { stepSeconds }),
    // Shown scripts without secrets are the same each time, so that they can be compared.
    random: values["show-secrets"] ? app.random() : undefined,
  }));
  return EXIT.ok;
}

async function findInstances(
  app: App,
  project: string,
  names: readonly string[],
): Promise<readonly InstanceInfo[]> {
  const server = await app.server();
  return await Promise.all([...new Set(names)].map(async (name) => {
    const ref = { project, name };
    const info = await server.instance(ref);
    if (!info) throw await missingInstance({ app, ref });
    return runningInstance(ref, info);
  }));
}

async function osOf(
  server: InstanceServer,
  info: InstanceInfo,
  given: OSType | undefined,
  note: (text: string) => void,
): Promise<FoundOS> {
  if (given) return { os: given };
  const release = osOfInstance(info, undefined)
    ? ""
    : await peekAt(server, info, "/etc/os-release", { note });
  const found = osOfInstance(info, release);
  if (found) return found;
  throw new UsageError(
    `Cannot find out the operating system of instance "${info.name}"; name it with --ostype: ${
      osTypeNames().join(", ")
    }`,
  );
}

/** Runs `cloudconfig`. */
export async function applyTo(
  values: ApplyValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  if (printsTypes(values, app)) return EXIT.ok;
  const { i, f } = values;
  if (i && f && operands.length > 0) {
    throw new UsageError(`Unexpected operand "${operands[0]}" with -i and -f`);
  }
  if (i) return await apply(values, [i], f ? [f] : operands.length > 0 ? operands : ["-"], app);
  if (operands.length === 0) {
    throw new UsageError("An instance is needed: as an operand, or with -i", [
      "See: lxops cloudconfig --help",
    ]);
  }
  return await apply(values, operands, [f || "-"], app);
}

/** Runs `instance cloudconfig`, whose operands are all files. */
export async function applyFiles(
  values: ApplyValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  if (!values.i && !values.f && values.ostype !== "?") {
    throw new UsageError("An instance is needed, with -i");
  }
  return await applyTo(values, operands, app);
}

/** Prints the operating systems where `--ostype ?` asks for them, and returns whether it does. */
function printsTypes({ ostype }: { readonly ostype: string }, app: App): boolean {
  if (ostype !== "?") return false;
  app.print(osTypeNames().map((name) => `${name}\n`).join(""));
  return true;
}

/** Applies files to instances; everything is read, looked up and planned before the first change. */
async function apply(
  values: ApplyValues,
  names: readonly string[],
  files: readonly string[],
  app: App,
): Promise<number> {
  checkParallel(values);
  await checkChoice({ ...values, all: false });
  const [given, order] = [givenOS(values), orderOf(values)];
  const configs = await readConfigs(files, app);
  const server = await app.server();
  const note = (text: string) => app.complain(printable(`note: ${text}`));
  const project = await projectOf(app, values.project);
  await lockInstances(names.map((name) => ({ project, name })), "cloudconfig", values, app);
  const instances = await findInstances(app, project, names);
  const random = app.random();
  const each = await Promise.all(instances.map(async (info) => {
    const found = await osOf(server, info, given, note);
    const journal = values.resume ? await peekAt(server, info, JOURNAL, { note }) : undefined;
    return planCloudConfig(info, configs, found, {
      ...applyOptions(values),
      random,
      order,
      ...(journal === undefined ? {} : { journal }),
    });
  }));
  const failures = await app.apply({ first: [], each }, {
    dryRun: values["dry-run"],
    parallel: values.parallel,
    undoOnFailure: false,
    verbose: values.trace,
  });
  for (const failure of failures) {
    app.complain(errorText("lxops", failureError(failure, ["To continue: the same command with --resume"])));
  }
  return failures[0]?.error.exitCode ?? EXIT.ok;
}

/**
 * The command `config convert`.
 *
 * @module
 */
import { basename, dirname, extname, join } from "@std/path";
import { parseFile } from "../../../config/load/read_any.ts";
import { fileError } from "../../../config/file.ts";
import { migrate } from "../../../config/formats/format.ts";
import { HEADER, headerOf } from "../../../config/header.ts";
import { ConfigError, EXIT, type Issue, UsageError } from "../../../base/errors.ts";
import type { Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { distinct } from "../../shared/load_configs.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { readTextFile, type TextFile, writeStep } from "../../shared/text_file.ts";

interface Values {
  readonly o: string;
  readonly f: boolean;
  readonly from: string;
  readonly keys: boolean;
  readonly "dry-run": boolean;
}

/** Name of the format of files without a first line that names one. */
const OLD = "lxdops-old";

/** The outcome for one file. */
interface Converted {
  readonly steps: readonly Step[];
  readonly issues: readonly Issue[];
}

/** Runs `config convert`. */
export async function convert(values: Values, files: readonly string[], app: App): Promise<number> {
  if (values.o !== "" && files.length > 1) throw new UsageError("-o can be used with one file only");
  if (values.from !== "" && values.from !== OLD) {
    throw new UsageError(`--from takes "${OLD}"; other formats are known by the first line of the file`);
  }
  const steps: Step[] = [];
  const issues: Issue[] = [];
  for (const name of files) {
    try {
      const file = await readTextFile(name, app);
      if (!file) throw fileError(name, "No such file");
      const converted = await (values.from === OLD ? convertOldFile : convertFile)(name, file, values, app);
      steps.push(...converted.steps);
      issues.push(...converted.issues);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      issues.push(...error.issues);
    }
  }
  const found = distinct(issues);
  if (found.some(({ severity }) => severity === "error")) throw new ConfigError(found);
  app.warn(found);
  await applySteps(app, steps, { dryRun: values["dry-run"] });
  return EXIT.ok;
}

/** Converts a file to the current format; its comments are kept. */
async function convertFile(name: string, file: TextFile, values: Values, app: App): Promise<Converted> {
  const isCurrent = headerOf(file.text) === HEADER;
  if (values.o === "" && !values.f && !values.keys && isCurrent) return { steps: [], issues: [] };
  const migrated = migrate(name, file.text, app.formats);
  const current = isCurrent && !values.f && values.o === ""
    ? migrated.text
    : migrated.text.replace(/^\ufeff?[^\r\n]*/, HEADER);
  const { text, issues: left } = values.keys
    ? (await import("../../../config/formats/option_keys.ts")).optionsToKeys(name, current, values.f)
    : { text: current, issues: [] };
  const { issues } = parseFile(name, text);
  const all = [...migrated.issues, ...left, ...issues];
  if (values.o === "" && text === file.text) return { steps: [], issues: all };
  if (values.o !== "") return { steps: [await writeTo(values.o, text, file.mode, app)], issues: all };
  return { steps: await replace(name, file, text, app), issues: all };
}

/** Plans the steps that replace a file and keep its old text in FILE.bak. */
async function replace(name: string, file: TextFile, text: string, app: App): Promise<readonly Step[]> {
  const backup = await freeName(`${file.path}.bak`, app);
  return [
    writeStep(`Save the old text of ${name} as ${basename(backup)}`, { ...file, path: backup }),
    writeStep(`Convert ${name}`, { ...file, text }),
  ];
}

async function writeTo(path: string, text: string, mode: number, app: App): Promise<Step> {
  const there = await app.host.lstat(path);
  const real = there ? await app.host.realPath(path) ?? path : path;
  return writeStep(`Write ${path}`, { path: real, text, mode });
}

async function freeName(path: string, app: App): Promise<string> {
  for (let count = 1;; count++) {
    const name = count === 1 ? path : `${path}.${count}`;
    if (!await app.host.lstat(name)) return name;
  }
}

/** Converts a file of the oldest format to a configuration and cloud-config files in its directory. */
async function convertOldFile(name: string, file: TextFile, values: Values, app: App): Promise<Converted> {
  const header = headerOf(file.text);
  if (header.startsWith("#") && !/\s/.test(header) && /^#lx/.test(header)) {
    throw fileError(name, `Its first line is "${header}"; convert it without --from`);
  }
  const { convertOld } = await import("../../../config/formats/lxdops_old.ts");
  const to = values.o === "" ? join(dirname(name), `${basename(name, extname(name))}.yaml`) : values.o;
  const { files: [config, ...others], issues } = await convertOld(
    name,
    file.text,
    (path) => app.host.readText(path),
    basename(to, extname(to)),
  );
  const problems: Issue[] = [];
  const beside = [];
  for (const { path, text } of others) {
    const target = join(dirname(to), path);
    if (!values.f && await app.host.lstat(target)) {
      const message =
        `${target} exists, and the conversion would write it; move it away, or overwrite it with -f`;
      problems.push({ file: name, message, severity: "error" });
    }
    beside.push(await writeTo(target, text, file.mode, app));
  }
  const own = to === join(name);
  const there = !own && !values.f && values.o === "" && await app.host.lstat(to);
  if (there) {
    problems.push({ file: name, message: `${to} exists; move it away, or use -o`, severity: "error" });
  }
  const main = own
    ? await replace(name, file, config!.text, app)
    : [await writeTo(to, config!.text, file.mode, app)];
  return { steps: [...beside, ...main], issues: [...issues, ...problems] };
}

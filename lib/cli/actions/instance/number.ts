/**
 * The command `instance number`.
 *
 * @module
 */
import { fileError } from "../../../config/file.ts";
import { EXIT, LxopsError, UsageError } from "../../../base/errors.ts";
import type { App } from "../../command/app.ts";
import { csvFields, csvLine } from "../../output/csv.ts";
import { checkProjects } from "../../shared/operands.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { readTextFile, writeStep } from "../../shared/text_file.ts";

interface Values {
  readonly "dry-run": boolean;
  readonly f: string;
  readonly first: number;
  readonly last: number;
  readonly project: string;
  readonly r: boolean;
  readonly clean: boolean;
}

/** A name with its number. */
export interface NamedNumber {
  readonly name: string;
  readonly number: number;
}

/** Runs `instance number`. */
export async function number(values: Values, names: readonly string[], app: App): Promise<number> {
  if (!values.f) throw new UsageError("-f needs the CSV file with the numbers");
  if (values.r && !values.project) throw new UsageError("-r can be used only with --project");
  const path = values.f.startsWith("/") ? values.f : `${app.host.cwd}/${values.f}`;
  const file = await readTextFile(path, app);
  const old = file ? parseNumbers(values.f, file.text) : [];
  const selected = [...new Set([...await namesOf(values, app), ...names])];
  const kept = values.clean ? old.filter(({ name }) => selected.includes(name)) : old;
  const numbers = assignNumbers(kept, selected, values.first, values.last);
  const text = numbers.map(({ name, number }) => csvLine([name, String(number)])).join("");
  const step = writeStep(`Write ${values.f}`, { path: file?.path ?? path, text, mode: file?.mode ?? 0o664 });
  await applySteps(app, text === file?.text ? [] : [step], { dryRun: values["dry-run"], passOutput: true });
  return EXIT.ok;
}

async function namesOf({ project, r }: Values, app: App): Promise<readonly string[]> {
  if (!project) return [];
  await checkProjects(app, [project]);
  const found = await (await app.server()).instances(project);
  return found.filter((info) => !r || info.status === "Running").map(({ name }) => name).sort();
}

/** Reads the file of numbers. */
export function parseNumbers(file: string, text: string): readonly NamedNumber[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line === "") return [];
    const fields = csvFields(line);
    const [name, number] = fields;
    if (fields.length !== 2 || !/^\d+$/.test(number!.trim())) {
      throw fileError(`${file}:${index + 1}`, `Not of the form NAME,NUMBER: "${line}"`);
    }
    return [{ name: name!, number: Number(number) }];
  });
}

/** Gives every name that has none the next free number; those that are there stay. */
export function assignNumbers(
  numbers: readonly NamedNumber[],
  names: readonly string[],
  first: number,
  last: number,
): readonly NamedNumber[] {
  const used = new Set(numbers.map(({ number }) => number));
  const known = new Set(numbers.map(({ name }) => name));
  const missing = names.filter((name) => !known.has(name));
  if (missing.length === 0) return numbers;
  if (first === 0 && numbers.length === 0) {
    throw new UsageError("There are no numbers yet: set the first one with --first");
  }
  let next = first || Math.min(...used);
  return [
    ...numbers,
    ...missing.map((name) => {
      while (used.has(next)) next++;
      if (last !== 0 && next > last) {
        throw new LxopsError(`No number is left from ${first || Math.min(...used)} to ${last} for "${name}"`);
      }
      return { name, number: next++ };
    }),
  ];
}

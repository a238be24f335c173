/**
 * JSON Schema of results, and their help.
 *
 * @module
 */
import { fill } from "../../base/wrap.ts";
import { didYouMean } from "../../base/suggest.ts";
import { UsageError } from "../../base/errors.ts";
import { ALL_RESULTS, resultNamed } from "./mod.ts";
import type { Listing, ResultShape, Shape } from "./shape.ts";

/** A JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Options of a schema. */
export interface SchemaOptions {
  /** Allows no unknown keys and words: this version of lxops has no others, but later ones may. */
  readonly strict?: boolean;
}

/** Returns the JSON Schema of a result. */
export function jsonSchemaOf({ name, version, commands, shape }: ResultShape, options: SchemaOptions = {}) {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: `urn:lxops:${name}:${version}`,
    title: commands.map((command) => `lxops ${command}`).join(", "),
    ...schemaOf(shape, options),
  } as const satisfies JsonSchema;
}

function schemaOf(shape: Shape, options: SchemaOptions): JsonSchema {
  const about = shape.about === "" ? {} : { description: shape.about };
  return { ...about, ...bodyOf(shape, options) };
}

function bodyOf(shape: Shape, options: SchemaOptions): JsonSchema {
  const typed = (type: string) => ({ type: shape.orNull ? [type, "null"] : type });
  switch (shape.kind) {
    case "text":
    case "time": {
      const { words } = shape;
      return { ...typed("string"), ...words ? options.strict ? { enum: words } : { examples: words } : {} };
    }
    case "integer":
    case "number":
    case "boolean":
      return typed(shape.kind);
    case "list":
      return { ...typed("array"), items: schemaOf(shape.of, options) };
    case "map":
      return { ...typed("object"), additionalProperties: schemaOf(shape.of, options) };
    case "object": {
      const entries = Object.entries(shape.keys);
      return {
        ...typed("object"),
        properties: Object.fromEntries(entries.map(([key, one]) => [key, schemaOf(one, options)])),
        required: entries.filter(([, one]) => !one.optional).map(([key]) => key),
        ...options.strict ? { additionalProperties: false } : {},
      };
    }
    case "any":
      return {};
  }
}

/** Renders `lxops help json`, or with words the schema of a command's result. */
export function jsonHelp(words: readonly string[]): string {
  if (words.length === 0) return `${INTRODUCTION}\n${overview()}`;
  const name = words.join(" ");
  const found = resultNamed(name);
  if (found) return `${JSON.stringify(jsonSchemaOf(found), null, 2)}\n`;
  const known = ALL_RESULTS.flatMap((one) => [one.name, ...one.commands]);
  throw new UsageError(`No command "${name}" prints JSON${didYouMean(name, known)}`, [
    "Those that do: lxops help json",
  ]);
}

/** The beginning of `lxops help json`: the rules for all results. */
export const INTRODUCTION = `Results for programs

With --json, a command writes one JSON document to stdout when it ends, and
nothing else. Where it fails before the first change, as where a file is wrong,
there is no document, and the exit code tells why (lxops help exit-codes).
Commands that change several instances write what became of each, also where
one of them failed.

Progress, notes and errors go to stderr. With --json, commands that launch,
rebuild or change instances write them there as events, one JSON object a line,
unless that is a terminal; --progress json and plain choose. Other lines are
for people, and do not begin with {. Each event has its time (ISO 8601) and its
name; instance is empty for what comes before all instances:
  begin        version (1) and the instances
  step         title; of notes of lxops to itself, bookkeeping is true
  step-done    title, seconds
  step-failed  title, error, interrupted; output and advice, if there are any
  progress     text; bytes and total of a copy, where these are known
  item         title of an item of a cloud-config
  item-done    title, seconds, skipped
  output       text and stream of a line that a program printed
  address      address of an instance that is ready
  undo         title of a step that was taken back; error, if it could not be
  note         text
  end          seconds, and of the instances result, seconds and address
  message      text of an error or a note of the command, without an instance

Lists take these forms with --format:
  table    columns, folded to the width of the terminal; elsewhere as wide as
           they have to be (default)
  compact  the same with one line a row: what does not fit ends with ...
  csv      comma-separated values; csv,header has a heading
  yaml     the data of json as YAML
  json     the same as --json
With table,noheader and compact,noheader there is no heading. --columns has the
columns in their order, such as name,state, in every format; --columns all has
every one. Their names are the keys of the JSON.

Numbers are numbers: sizes are in bytes. Times are as in ISO 8601. Each result
has a schema with a version, which rises where a key goes or changes its
meaning; further keys and words may come at any time. To print the schema of a
command: lxops help json COMMAND, such as lxops help json image list
`;

/** Lists all results with their commands and keys. */
function overview(): string {
  return ALL_RESULTS.map((one) =>
    [
      fill(`${one.name} (version ${one.version}): ${one.commands.join(", ")}`, "  ", 79, ""),
      ...(one.shape.about === "" ? [] : [fill(one.shape.about, "  ", 79)]),
      ...keyLines(one),
      "",
    ].join("\n")
  ).join("\n");
}

function keyLines({ shape }: ResultShape): readonly string[] {
  const keys = shape.kind === "object" ? shape.keys : isList(shape) ? shape.of.keys : {};
  const width = Math.max(0, ...Object.keys(keys).map((key) => key.length));
  return Object.entries(keys).map(([key, one]) =>
    fill(one.about || "A list of objects", " ".repeat(width + 6), 79, `    ${key.padEnd(width)}  `)
  );
}

function isList(shape: Shape): shape is Listing["shape"] {
  return shape.kind === "list" && shape.of.kind === "object";
}

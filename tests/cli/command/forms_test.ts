/** Tests of the forms of results, for every command of the table: none is named here. */
import { assert, assertEquals } from "@std/assert";
import type { AnyCommand, LeafCommand } from "../../../lib/cli/command/command.ts";
import { listFlags } from "../../../lib/cli/command/result_flags.ts";
import { allCommands } from "../../../lib/cli/commands.ts";
import { ALL_RESULTS } from "../../../lib/cli/results/mod.ts";
import type { Listing, ResultShape, Shape } from "../../../lib/cli/results/shape.ts";

/** A command with the results that it prints. */
interface Row {
  readonly name: string;
  readonly command: LeafCommand;
  readonly results: readonly ResultShape[];
  readonly changes: boolean;
}

function rowsOf(command: AnyCommand, path: readonly string[] = []): readonly Row[] {
  if (command.kind === "group") {
    return [
      ...command.own ? rowsOf(command.own, path.slice(0, -1)) : [],
      ...command.commands.flatMap((one) => rowsOf(one, [...path, one.name])),
    ];
  }
  const name = (path.at(-1) === command.name ? path : [...path, command.name]).join(" ");
  const results = ALL_RESULTS.filter(({ commands }) =>
    commands.some((one) => one.replace(/ --\w.*$/, "") === name)
  );
  return [{ name, command, results, changes: "dry-run" in command.flags }];
}

const ROWS = rowsOf(await allCommands());

/** Returns the commands with a condition that lack something. */
function lacking(holds: (row: Row) => boolean, has: (row: Row) => boolean): readonly string[] {
  const chosen = ROWS.filter(holds);
  assert(chosen.length > 4, `only ${chosen.length} commands`);
  return chosen.filter((row) => !has(row)).map(({ name }) => name);
}

const isListing = (one: ResultShape): one is Listing => "columns" in one;
const isObjects = (shape: Shape): boolean => shape.kind === "list" && shape.of.kind === "object";
const hasRows = ({ shape }: ResultShape) =>
  isObjects(shape) || shape.kind === "object" && Object.values(shape.keys).some(isObjects);
const isList = ({ results, changes }: Row) =>
  !changes && results.some((one) => isListing(one) || hasRows(one));
const hasFlags = ({ command: { flags } }: Row) => Object.keys(listFlags).every((flag) => flag in flags);

Deno.test("a command that changes nothing has --json, or says what its only form is", () => {
  assertEquals(
    lacking(
      ({ changes }) => !changes,
      ({ command: { flags, oneForm } }) => "json" in flags !== (oneForm !== undefined),
    ),
    [],
  );
});

Deno.test("a command with --json has a schema, and one with a schema has --json", () => {
  assertEquals(lacking(({ command: { flags } }) => "json" in flags, ({ results }) => results.length > 0), []);
  assertEquals(lacking(({ results }) => results.length > 0, ({ command: { flags } }) => "json" in flags), []);
});

Deno.test("a command that lists takes --format and --columns, and has columns", () => {
  assertEquals(lacking(isList, hasFlags), []);
  assertEquals(
    lacking(({ command: { flags } }) => "columns" in flags, ({ results }) => results.some(isListing)),
    [],
  );
});

Deno.test("a command whose summary says that it lists has these flags, too", () => {
  const lists = ({ command: { summary, oneForm } }: Row) => /^(List|Compare) /.test(summary) && !oneForm;
  assertEquals(lacking(lists, hasFlags), []);
});

Deno.test("a list of all things, or of the parts of one thing, takes filters", () => {
  const filters = ({ command: { operands } }: Row) => operands.usage.endsWith("[FILTER...]");
  // A usage that ends with an operand that may be left out, or be repeated, chooses by it.
  const chooses = ({ command: { operands } }: Row) => /[.\]]$/.test(operands.usage);
  assertEquals(lacking(isList, (row) => filters(row) || chooses(row)), []);
  assertEquals(lacking(filters, hasFlags), []);
});

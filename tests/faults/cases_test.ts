/** Test that the table of faults has every command that changes something. */
import { assert, assertEquals } from "@std/assert";
import type { AnyCommand } from "../../lib/cli/command/command.ts";
import { allCommands } from "../../lib/cli/commands.ts";
import { CASES, WITHOUT_ROWS } from "./cases/mod.ts";
import { FAULTS, faultsAt } from "./faults.ts";

/** Returns the names of the commands that have --dry-run. */
function changing(command: AnyCommand, path: readonly string[] = []): readonly string[] {
  const leaf = command.kind === "group" ? command.own : command;
  const own = leaf && "dry-run" in leaf.flags ? [path.join(" ")] : [];
  const below = command.kind === "group" ? command.commands : [];
  return [...own, ...below.flatMap((one) => changing(one, [...path, one.name]))];
}

Deno.test("every command that changes something is stopped at its points, or there is a reason", async () => {
  const names = changing(await allCommands());
  assert(names.length > 30, names.join());
  const hasRows = (name: string) =>
    CASES.some(({ command }) => command === name || command.startsWith(`${name} -`));
  assertEquals(names.filter((name) => !hasRows(name) && !(name in WITHOUT_ROWS)), []);
  assertEquals(Object.keys(WITHOUT_ROWS).filter((name) => hasRows(name) || !names.includes(name)), []);
});

Deno.test("every fault can happen at a point of some command", () => {
  const points = ["POST /1.0/instances", "POST /1.0/instances/NAME", "PUT /1.0/instances/NAME/state"].concat(
    "POST /1.0/instances/NAME/exec",
  ).flatMap((what) =>
    (["before", "after"] as const).map((side) => ({ side, kind: "request" as const, what, number: 1 }))
  );
  const found = new Set(
    CASES.flatMap((one) =>
      one.kinds.flatMap((kind) =>
        points.flatMap((point) =>
          [0, 1, 2, 3, 4].flatMap((index) => faultsAt({ kind, daemon: "incus" }, one, point, index))
        )
      )
    ).map(({ name }) => name),
  );
  assertEquals(FAULTS.map(({ name }) => name).filter((name) => !found.has(name)), []);
});

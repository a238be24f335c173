/** The trials of rehearsals and adoption, with an instance that runs. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { EXIT } from "../../../lib/base/errors.ts";
import type { Cell, Trial } from "./matrix_cell.ts";

const file = "m.yaml";

/** Runs a rehearsal; one of an instance of another machine is refused. */
async function rehearsed({ ok, code, name, isRemote }: Trial, ...words: readonly string[]): Promise<string> {
  const line = ["rehearse", ...words, "-name", name, file];
  if (!isRemote) return await ok(...line);
  assertEquals(await code(...line), EXIT.state);
  return "";
}

/** Commands with their cells. */
export const ADOPT_CELLS: readonly (readonly [string, Cell])[] = [
  ["rehearse up", (trial) => rehearsed(trial, "up", "--net", "none")],
  ["rehearse rebuild", (trial) => rehearsed(trial, "rebuild", "--net", "none")],
  [
    "rehearse clean",
    async (trial) => assertStringIncludes(await rehearsed(trial, "clean"), trial.isRemote ? "" : "Nothing"),
  ],
  [
    "adopt",
    async ({ ok, name }) =>
      assertStringIncludes(await ok("adopt", "--guest", "-o", "adopted", name), "up --adopt ./adopted"),
  ],
];

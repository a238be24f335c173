/** The trials of rehearsals and adoption, with an instance that runs. */
import { assertStringIncludes } from "@std/assert";
import type { Cell } from "./matrix_cell.ts";

const file = "m.yaml";

/** Commands with their cells. */
export const ADOPT_CELLS: readonly (readonly [string, Cell])[] = [
  ["rehearse up", ({ ok, name }) => ok("rehearse", "up", "--net", "none", "-name", name, file)],
  ["rehearse rebuild", ({ ok, name }) => ok("rehearse", "rebuild", "--net", "none", "-name", name, file)],
  [
    "rehearse clean",
    async ({ ok, name }) =>
      assertStringIncludes(await ok("rehearse", "clean", "-name", name, file), "Nothing"),
  ],
  [
    "adopt",
    async ({ ok, name }) =>
      assertStringIncludes(await ok("adopt", "-o", "adopted", name), "up --adopt ./adopted"),
  ],
];

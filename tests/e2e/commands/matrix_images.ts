/** The trials of the commands about images, in their order. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Cell } from "./matrix_cell.ts";

/** Commands with their cells. */
export const IMAGE_CELLS: readonly (readonly [string, Cell])[] = [
  ["image list", async ({ ok }) => assertStringIncludes(await ok("image", "list"), "tiny")],
  ["image alias create", ({ ok, name }) => ok("image", "alias", "create", `${name}-a`, "tiny")],
  ["image alias rename", ({ ok, name }) => ok("image", "alias", "rename", `${name}-a`, `${name}-b`)],
  [
    "image alias list",
    async ({ ok, name }) => assertStringIncludes(await ok("image", "alias", "list"), `${name}-b`),
  ],
  ["image alias delete", ({ ok, name }) => ok("image", "alias", "delete", `${name}-b`)],
  [
    "image copy",
    ({ ok, name }) => ok("image", "copy", "-from-project", "default", "-alias", `${name}-c`, "tiny2"),
  ],
  [
    "image show",
    async ({ ok, name }) => assertStringIncludes(await ok("image", "show", "tiny2"), `${name}-c`),
  ],
  ["image history", async ({ ok }) => assertStringIncludes(await ok("image", "history", "tiny"), "tiny")],
  ["image diff", async ({ code }) => assertEquals(await code("image", "diff", "tiny", "tiny2"), 10)],
  // e2e/image/update_test.ts has more of both.
  ["image update", async ({ code, name }) => assertEquals(await code("image", "update", name), 7)],
  ["image shell", async ({ code }) => assertEquals(await code("image", "shell", "tiny"), 2)],
  // Nothing was built: e2e/daemon/image_versions_test.ts has both.
  ["image rollback", async ({ code }) => assertEquals(await code("image", "rollback", "tiny"), 7)],
  ["image prune", async ({ ok }) => assertEquals(await ok("image", "prune", "-force", "no-such-name"), "")],
];

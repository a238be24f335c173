/** The trials of the commands about pools, in their order; one instance is made, and tests/e2e/pool has the rest. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Cell } from "./matrix_cell.ts";

let lease = "";

/** Commands with their cells. */
export const POOL_CELLS: readonly (readonly [string, Cell])[] = [
  ["pool create", ({ ok, name }) => ok("pool", "create", "-size=1", `${name}-p`, "tiny")],
  ["pool list", async ({ ok, name }) => assertStringIncludes(await ok("pool", "list"), `${name}-p`)],
  [
    "pool status",
    async ({ ok, name }) => assertStringIncludes(await ok("pool", "status", `${name}-p`), "ready"),
  ],
  [
    "pool run",
    async ({ ok, name }) => assertEquals(await ok("pool", "run", `${name}-p`, "echo", "hi"), "hi\n"),
  ],
  ["pool tend", ({ ok, name }) => ok("pool", "tend", `${name}-p`)],
  ["pool set", ({ ok, name }) => ok("pool", "set", `${name}-p`, "size=0", "max=1")],
  [
    "pool acquire",
    async ({ ok, name }) => {
      const [instance = "", found = ""] = (await ok("pool", "acquire", `${name}-p`)).trim().split(" ");
      assertEquals(found.split(".")[0], instance);
      lease = found;
    },
  ],
  ["pool renew", ({ ok }) => ok("pool", "renew", lease)],
  ["pool mark", ({ ok }) => ok("pool", "mark", lease.split(".")[0]!)],
  ["pool warm", async ({ code }) => assertEquals(await code("pool", "warm", lease.split(".")[0]!), 9)],
  // Its lease keeps it.
  ["pool retire", async ({ code }) => assertEquals(await code("pool", "retire", lease.split(".")[0]!), 9)],
  ["pool forget", ({ ok }) => ok("pool", "forget", lease.split(".")[0]!)],
  ["pool release", ({ ok }) => ok("pool", "release", lease)],
  ["pool disable", ({ ok, name }) => ok("pool", "disable", `${name}-p`)],
  ["pool enable", ({ ok, name }) => ok("pool", "enable", `${name}-p`)],
  ["pool reset", ({ ok, name }) => ok("pool", "reset", `${name}-p`)],
  ["pool drain", ({ ok, name }) => ok("pool", "drain", `${name}-p`)],
  ["pool destroy", ({ ok, name }) => ok("pool", "destroy", `${name}-p`)],
];

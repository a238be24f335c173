/**
 * Commands that change pools. Names of instances are random, so `state.ts` compares them without.
 *
 * @module
 */
import { mustRun, type Site } from "../site.ts";
import { type Case, ONE } from "./case.ts";

/** Makes a pool with an instance. */
async function withPool(site: Site): Promise<void> {
  await mustRun(site, ["pool", "create", "-size", "1", "-wait", "exec", site.id, "tiny"]);
}

// A second command waits for the first one.
const POOL = { kinds: ONE, isFree: true } as const;

/** Cases about pools. */
export const POOLS: readonly Case[] = [
  {
    ...POOL,
    command: "pool tend",
    unpacks: true,
    prepare: async (site) => {
      await withPool(site);
      await mustRun(site, ["pool", "set", site.id, "size=2"]);
    },
    args: ({ id }) => ["pool", "tend", id],
  },
  { ...POOL, command: "pool set", prepare: withPool, args: ({ id }) => ["pool", "set", id, "lease=2h"] },
  { ...POOL, command: "pool disable", prepare: withPool, args: ({ id }) => ["pool", "disable", id] },
  {
    ...POOL,
    command: "pool enable",
    prepare: async (site) => {
      await withPool(site);
      await mustRun(site, ["pool", "disable", site.id]);
    },
    args: ({ id }) => ["pool", "enable", id],
  },
  { ...POOL, command: "pool drain", prepare: withPool, args: ({ id }) => ["pool", "drain", id] },
  { ...POOL, command: "pool reset", prepare: withPool, args: ({ id }) => ["pool", "reset", id] },
  {
    ...POOL,
    command: "pool destroy",
    prepare: withPool,
    args: ({ id }) => ["pool", "destroy", "-force", id],
  },
];

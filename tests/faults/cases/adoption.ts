/**
 * Commands that write configurations, and rehearsals.
 *
 * @module
 */
import { connect } from "../../../scripts/testbed/rest.ts";
import { gated } from "../gated.ts";
import { killGroup, sh, type Site } from "../site.ts";
import { ALL, type Case, is, launched, ONE, TWO } from "./case.ts";

/** Makes an instance with the daemon's own requests, as its client does. */
async function handMade({ id, socket }: Site): Promise<void> {
  using rest = connect(socket);
  await rest.send("POST", "/1.0/instances", {
    name: id,
    source: { type: "image", alias: "tiny" },
    config: { "limits.processes": "500", "environment.A_PASSWORD": "of-a-test" },
  });
  await rest.send("PUT", `/1.0/instances/${id}/state`, { action: "start", timeout: 30 });
}

// Directories with files of a run that was cut off are moved away, as its message says.
const FILES = {
  kinds: ONE,
  prepare: handMade,
  movesAway: ({ dir }: Site) => sh(`cd '${dir}'; rm -rf moved; if [ -e out ]; then mv out moved; fi`),
} as const;

// What a rehearsal leaves is removed by `rehearse clean`, or by the next rehearsal.
const REHEARSAL = {
  changesNothing: true,
  prepare: launched,
  starts: true,
  unpacks: true,
  impatient: ["-timeout", "3"],
} as const;

/** Cases about configurations that are written, and about rehearsals. */
export const ADOPTION: readonly Case[] = [
  {
    ...FILES,
    command: "init",
    args: ({ id }) => ["init", "-from", id, "out"],
    writesFiles: true,
    isFree: true,
  },
  {
    ...FILES,
    command: "adopt",
    args: ({ id }) => ["adopt", "-o", "out", id],
    writesFiles: true,
    isFree: true,
  },
  {
    ...FILES,
    command: "adopt --mark",
    args: ({ id }) => ["adopt", "-mark", "-o", "out", id],
    writesFiles: true,
  },
  {
    ...REHEARSAL,
    command: "rehearse rebuild",
    kinds: ALL,
    args: (site) => ["rehearse", "rebuild", ...is(site)],
    cleans: (site) => ["rehearse", "clean", ...is(site)],
  },
  {
    ...REHEARSAL,
    command: "rehearse up",
    kinds: TWO,
    args: (site) => ["rehearse", "up", "-net", "none", ...is(site, "b.yaml")],
  },
  {
    command: "rehearse clean",
    kinds: ["directory", "dataset", "volume"],
    prepare: leftRehearsal,
    args: (site) => ["rehearse", "clean", ...is(site)],
    impatient: ["-timeout", "3"],
  },
];

/** Leaves what a rehearsal has that is killed before its copy starts. */
async function leftRehearsal(site: Site): Promise<void> {
  await launched(site);
  let isKilled = false;
  await gated(site, ["rehearse", "rebuild", "-net", "none", ...is(site)], (point, child) => {
    if (isKilled) return Promise.resolve("cut");
    isKilled = point.side === "before" && /^PUT \S+-rehearsal-\S+\/state/.test(point.what);
    if (isKilled) killGroup(child);
    return Promise.resolve(isKilled ? "cut" : "go");
  });
  if (!isKilled) throw new Error("The rehearsal has started no copy");
}

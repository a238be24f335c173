/**
 * `pool`: instances that wait to be taken.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags, parallelFlags, projectFlags } from "../../command/flags.ts";
import { filters, FILTERS_HELP, filtersOf, listFlags } from "../../command/result_flags.ts";
import { copyInFlag } from "./copy_in.ts";
import { create, set } from "./create.ts";
import { acquire, release, renew, run } from "./lease.ts";
import { forget, mark, retire, warm } from "./member.ts";

const one = { usage: "[REMOTE:]POOL", min: 1, max: 1 } as const;
const traceFlag = {
  trace: { kind: "boolean", aliases: ["t", "v"], help: "Show all output of programs" },
} as const;
const changing = { ...projectFlags, ...parallelFlags, ...traceFlag, ...dryRunFlags } as const;
const forceFlag = { force: { kind: "boolean", help: "Also remove instances with a lease" } } as const;

const list = command({
  name: "list",
  summary: "List the instance pools of a project",
  flags: { ...projectFlags, ...listFlags },
  operands: filters,
  details: FILTERS_HELP,
  example: "lxops pool list",
  underTheHood: "GET profiles, GET instances",
  run: async (...all) => (await import("../../actions/pool/status.ts")).list(...all),
});

const status = command({
  name: "status",
  summary: "List the instances of an instance pool, and their owners",
  flags: { ...projectFlags, ...listFlags },
  operands: filtersOf(one.usage),
  example: "lxops pool status ci",
  underTheHood: "GET profiles, GET instances",
  details: FILTERS_HELP,
  run: async (...all) => (await import("../../actions/pool/status.ts")).status(...all),
});

const tend = command({
  name: "tend",
  summary: "Keep instance pools full: make, finish and remove instances as their definitions say",
  flags: {
    interval: { kind: "string", value: "DURATION", help: "Go on, with this pause between two rounds" },
    ...copyInFlag,
    ...changing,
  },
  operands: { usage: "[[REMOTE:]POOL...]", min: 0 },
  example: "lxops pool tend --interval 5s ci",
  underTheHood:
    "GET profiles, GET instances, POST instances, PUT state, POST exec, PATCH and DELETE instances",
  details: [
    "Without POOL, all pools of the project. One run tends a pool at a time; another one exits with 11.",
    "New instances are made 8 at a time, or as many as --parallel says; where one fails, no more are made.",
    "Instances go whose lease has run out, that were released, that are older than --max-age, that are more than",
    "the pool has to have, and, once there are others, those of an earlier definition, image or profile. Before",
    "one goes, lxops looks at it once more, and takes its lease, so that it is not handed out. While a member of a",
    "cluster is away, nothing is removed.",
  ].join("\n"),
  run: async (...all) => (await import("../../actions/pool/tend.ts")).tend(...all),
});

const enable = command({
  name: "enable",
  summary: "Hand out instances from an instance pool again, and let it be filled",
  flags: changing,
  operands: one,
  example: "lxops pool enable ci",
  underTheHood: "PATCH profile",
  run: async (...all) => (await import("../../actions/pool/set.ts")).enable(...all),
});

const disable = command({
  name: "disable",
  summary: "Hand out no more instances from an instance pool, and make none; those that are there stay",
  flags: changing,
  operands: one,
  example: "lxops pool disable ci",
  underTheHood: "PATCH profile",
  run: async (...all) => (await import("../../actions/pool/set.ts")).disable(...all),
});

const drain = command({
  name: "drain",
  summary: "Disable an instance pool and remove its instances, except those with a lease",
  flags: changing,
  operands: one,
  example: "lxops pool drain ci",
  underTheHood: "PATCH profile, POST profiles, PUT state, DELETE instances",
  run: async (...all) => (await import("../../actions/pool/empty.ts")).drain(...all),
});

const reset = command({
  name: "reset",
  summary: "Replace the instances of an instance pool by new ones",
  flags: { ...forceFlag, ...copyInFlag, ...changing },
  operands: one,
  example: "lxops pool reset ci",
  underTheHood: "POST profiles, PUT state, DELETE instances; then as tend",
  run: async (...all) => (await import("../../actions/pool/empty.ts")).reset(...all),
});

const destroy = command({
  name: "destroy",
  summary: "Remove an instance pool with its instances",
  flags: { ...forceFlag, ...changing },
  operands: one,
  example: "lxops pool destroy ci",
  underTheHood: "PATCH profile, POST profiles, PUT state, DELETE instances, DELETE profile",
  run: async (...all) => (await import("../../actions/pool/empty.ts")).destroy(...all),
});

/** `lxops pool`. */
export const pool = group("pool", "Keep instances ready that programs take, use once and give back", [
  create,
  set,
  list,
  status,
  acquire,
  run,
  renew,
  release,
  tend,
  enable,
  disable,
  drain,
  reset,
  destroy,
  warm,
  mark,
  retire,
  forget,
]);

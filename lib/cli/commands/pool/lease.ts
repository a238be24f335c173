/**
 * `pool acquire`, `pool renew` and `pool release`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, projectFlags } from "../../command/flags.ts";
import { runFlags } from "../run/run.ts";
import { jsonFlag } from "../../command/result_flags.ts";

const leaseFlag = {
  lease: { kind: "string", value: "DURATION", help: "How long the lease lasts (default: as the pool says)" },
} as const;

/** `lxops pool acquire`. */
export const acquire = command({
  name: "acquire",
  summary: "Take an instance from an instance pool, for yourself alone",
  flags: {
    wait: { kind: "string", value: "DURATION", help: "Wait so long for one (default: not at all)" },
    owner: { kind: "string", value: "TEXT", help: "Name of the owner, for others (default: the user's)" },
    ...leaseFlag,
    ...projectFlags,
    ...dryRunFlags,
    ...jsonFlag,
  },
  operands: { usage: "[REMOTE:]POOL", min: 1, max: 1 },
  example: "lxops pool acquire --wait 60s --json ci",
  underTheHood: "GET profile, GET instances, POST profiles; PUT state and POST exec where it waits frozen",
  exits: "1: none is free; 6: none was free in the time of --wait; 7: there is no such pool",
  details: [
    "Prints the instance and the lease; with --json also its addresses, the lines of known_hosts and the time at",
    "which the lease ends. lxops pool renew lets it last longer, lxops pool release gives it back. An instance",
    "whose lease has ended is removed. Where the pool has no tender, another instance is asked for.",
  ].join("\n"),
  run: async (...all) => (await import("../../actions/pool/acquire.ts")).acquire(...all),
});

/** `lxops pool renew`. */
export const renew = command({
  name: "renew",
  summary: "Let a lease last longer, from now on",
  flags: { ...leaseFlag, ...projectFlags, ...dryRunFlags, ...jsonFlag },
  operands: { usage: "LEASE", min: 1, max: 1 },
  example: "lxops pool renew --lease 2h ci-4f2a6c0d9b1e00.6e1f0a2c9d5b4e7f8a3b",
  underTheHood: "GET and PATCH profile, GET instance",
  run: async (...all) => (await import("../../actions/pool/lease.ts")).renew(...all),
});

/** `lxops pool run`. */
export const run = command({
  name: "run",
  summary: "Run a program in an instance from an instance pool, as run --pool does",
  flags: runFlags,
  operands: { usage: "[REMOTE:]POOL [--] [PROGRAM] [ARGUMENT...]", min: 1 },
  passThrough: true,
  example: "lxops pool run ci -- make test",
  underTheHood: "GET profile, GET instances, POST profiles, POST exec; then as release",
  exits: "as run",
  run: async (values, [pool = "", ...program], app) =>
    (await import("../../actions/pool/run.ts")).run({ ...values, pool }, program, app),
});

/** `lxops pool release`. */
export const release = command({
  name: "release",
  summary: "Give instances back: they are removed, or set back where the pool says so",
  flags: {
    keep: { kind: "boolean", help: "Keep the instance outside of the pool, to look at it" },
    ...projectFlags,
    ...dryRunFlags,
  },
  operands: { usage: "LEASE...", min: 1 },
  example: "lxops pool release ci-4f2a6c0d9b1e00.6e1f0a2c9d5b4e7f8a3b",
  underTheHood: "GET profile, PATCH instance, PUT state, DELETE instance, DELETE profile",
  run: async (...all) => (await import("../../actions/pool/lease.ts")).release(...all),
});

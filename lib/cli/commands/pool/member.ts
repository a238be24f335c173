/**
 * `pool warm`, `pool mark`, `pool retire` and `pool forget`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { dryRunFlags, projectFlags } from "../../command/flags.ts";

const operands = { usage: "[REMOTE:]INSTANCE", min: 1, max: 1 } as const;

/** `lxops pool warm`. */
export const warm = command({
  name: "warm",
  summary: "Finish a new instance of an instance pool, as tend does (for scripts)",
  flags: { ...projectFlags, ...dryRunFlags },
  operands,
  example: "lxops pool warm ci-4f2a6c0d9b1e00",
  underTheHood: "POST exec, GET state, PATCH instance",
  run: async (...all) => (await import("../../actions/pool/member.ts")).warm(...all),
});

/** `lxops pool retire`. */
export const retire = command({
  name: "retire",
  summary: "Remove an instance of an instance pool, unless it has a lease (for scripts)",
  flags: {
    uuid: { kind: "string", value: "UUID", help: "Only if its volatile.uuid is this one" },
    expired: { kind: "boolean", help: "Also if its lease has run out" },
    forced: { kind: "boolean", help: "Also if it has a lease" },
    ...projectFlags,
    ...dryRunFlags,
  },
  operands,
  example: "lxops pool retire ci-4f2a6c0d9b1e00",
  underTheHood: "POST profiles, PUT state, DELETE instance, DELETE profile",
  run: async (...all) => (await import("../../actions/pool/member.ts")).retire(...all),
});

/** `lxops pool mark`. */
export const mark = command({
  name: "mark",
  summary: "Note on an instance that it is taken, as its lease says (for scripts)",
  flags: { ...projectFlags, ...dryRunFlags },
  operands,
  example: "lxops pool mark ci-4f2a6c0d9b1e00",
  underTheHood: "GET instance, GET profile, PATCH instance",
  run: async (...all) => (await import("../../actions/pool/member.ts")).mark(...all),
});

/** `lxops pool forget`. */
export const forget = command({
  name: "forget",
  summary: "Remove the lease of an instance that is gone (for scripts)",
  flags: { ...projectFlags, ...dryRunFlags },
  operands,
  example: "lxops pool forget ci-4f2a6c0d9b1e00",
  underTheHood: "GET instance, DELETE profile",
  run: async (...all) => (await import("../../actions/pool/member.ts")).forget(...all),
});

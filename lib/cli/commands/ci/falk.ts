/**
 * `ci falk`: the three commands of a machine of the type "custom" of justin, the part of Falk that has the machines.
 *
 * @module
 */
import { command, group } from "../../command/command.ts";
import { dryRunFlags } from "../../command/flags.ts";
import { fileFlags, poolFlags } from "./flags.ts";

const DETAILS =
  "justin calls it, with JUSTIN_SSH_PORT and JUSTIN_MANAGE in the environment. Its configuration pins the host\n" +
  "key, which has to be that of the image: lxops image build --host-key image. With --pool, the machine is an\n" +
  "instance of a pool (lxops pool create --host-key image), and takes no IMAGE.";

/** `lxops ci falk prepare`. */
const prepare = command({
  name: "prepare",
  summary: "Check that a machine can be launched",
  flags: { ...fileFlags, ...poolFlags },
  operands: { usage: "[IMAGE]", min: 0, max: 1 },
  oneForm: "nothing",
  example: "lxops ci falk prepare ci/debian",
  underTheHood: "GET images",
  details: DETAILS,
  run: async (...all) => (await import("../../actions/ci/falk.ts")).prepare(...all),
});

/** `lxops ci falk launch`. */
const launch = command({
  name: "launch",
  summary: "Run a machine until it is turned off",
  flags: {
    ...fileFlags,
    address: {
      kind: "string",
      value: "ADDRESS",
      default: "127.0.0.1",
      help: "Address of this machine that leads to its SSH server",
    },
    port: { kind: "string", value: "PORT", help: "Port there (default: $JUSTIN_SSH_PORT)" },
    ...poolFlags,
    ...dryRunFlags,
  },
  operands: { usage: "[IMAGE]", min: 0, max: 1 },
  example: "lxops ci falk launch ci/debian",
  underTheHood: "POST instances, PUT state, POST exec, DELETE instances",
  exits: "0: it was turned off; 125: lxops could not run it; 128 and the signal's number: a signal ended it",
  details: `${DETAILS}
The machine goes with the command, which prints lines for known_hosts.`,
  run: async (...all) => (await import("../../actions/ci/falk.ts")).launch(...all),
});

/** `lxops ci falk cleanup`. */
const cleanup = command({
  name: "cleanup",
  summary: "Remove machines whose launch was killed",
  flags: { ...fileFlags, ...poolFlags, ...dryRunFlags },
  operands: { usage: "[IMAGE]", min: 0, max: 1 },
  example: "lxops ci falk cleanup",
  underTheHood: "GET instances, PUT state, DELETE instances",
  details: DETAILS,
  run: async (...all) => (await import("../../actions/ci/falk.ts")).cleanup(...all),
});

/** `lxops ci falk`. */
export const falk = group("falk", "Be a machine of justin, for Falk", [prepare, launch, cleanup]);

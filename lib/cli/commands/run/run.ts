/**
 * `run`.
 *
 * @module
 */
import { command, type Flags } from "../../command/command.ts";
import { createFlags, dryRunFlags, programFlags, projectFlags, propertyFlags } from "../../command/flags.ts";

/** Flags of `run`. */
export const runFlags = {
  i: { kind: "boolean", help: "Pass standard input on to the program" },
  t: { kind: "boolean", aliases: ["it", "ti"], help: "Use the terminal" },
  rm: { kind: "boolean", help: "Accepted for users of docker; the instance is deleted in any case" },
  name: { kind: "string", value: "NAME", help: "Name of the instance (default: run- and random letters)" },
  profile: {
    kind: "list",
    value: "NAME",
    aliases: ["p"],
    help: "Profile (default: default, or those of FILE)",
  },
  config: { kind: "list", value: "KEY=VALUE", aliases: ["c"], help: "Set a key of the instance" },
  limits: { kind: "string", value: "cpu=N,memory=SIZE", help: "Limits: cpu, memory and processes" },
  nesting: { kind: "boolean", help: "Let the instance run containers of its own" },
  mount: { kind: "list", value: "SRC:DST[:ro]", help: "Show a directory of this machine in the instance" },
  net: { kind: "string", value: "none|NAME", help: "Network (default: that of the profiles)" },
  wait: {
    kind: "string",
    value: "WHAT",
    default: "exec",
    help: "What the program needs: exec, init, net, dns or dns:NAME, or several with commas",
  },
  "wait-timeout": {
    kind: "number",
    value: "SECONDS",
    default: 60,
    help: "Time limit for that",
  },
  "copy-in": {
    kind: "list",
    value: "SRC:DST",
    help: "Copy a file or directory in before the program starts",
  },
  "copy-out": {
    kind: "list",
    value: "SRC:DST",
    help:
      "Copy one out once the program has ended, also where it failed; an instance whose files cannot be copied is kept",
  },
  overwrite: { kind: "boolean", help: "Let --copy-out replace an existing file; directories are kept" },
  "max-size": { kind: "number", value: "MIB", default: 1024, help: "Largest copy" },
  cache: {
    kind: "list",
    value: "NAME:PATH",
    help: "Keep a directory in a volume that runs with the same NAME have in common",
  },
  "ssh-listen": {
    kind: "string",
    value: "ADDR:PORT",
    help: "Forward a port of this machine to its SSH server, and print lines for known_hosts",
  },
  "until-stopped": { kind: "boolean", help: "Run no program, and wait until the instance stops" },
  keep: {
    kind: "string",
    value: "WHEN",
    default: "never",
    help: "When to keep the instance: never, on-failure or always",
  },
  "status-file": {
    kind: "string",
    value: "FILE",
    help: "Write how the run ended, as JSON; it is empty until then",
  },
  pool: {
    kind: "string",
    value: "[REMOTE:]POOL",
    help: "Take the instance from an instance pool, in the place of IMAGE|FILE|DIR, and give it back",
  },
  "pool-wait": { kind: "string", value: "DURATION", help: "Wait so long for one (default: not at all)" },
  owner: { kind: "string", value: "TEXT", help: "Name of its owner, for others (default: lxops run)" },
  sweep: { kind: "boolean", help: "Instead, remove instances that killed runs have left" },
  older: {
    kind: "string",
    value: "DURATION",
    help: "With --sweep, also those of other machines that are older",
  },
  discard: { kind: "string", value: "NAME", help: "Instead, remove one instance that a run has made" },
  ...programFlags,
  ...createFlags,
  ...projectFlags,
  ...propertyFlags,
  ...dryRunFlags,
} as const satisfies Flags;

/** `lxops run`. */
export const run = command({
  name: "run",
  summary: "Run a program in a new instance, which is deleted when the program ends",
  flags: runFlags,
  operands: { usage: "[IMAGE|FILE|DIR] [--] [PROGRAM] [ARGUMENT...]", min: 0 },
  passThrough: true,
  example: "lxops run images:alpine/3.22 -- uname -a",
  underTheHood: "POST instances, PUT state, POST exec, DELETE instances",
  exits:
    "the program's; 124: it took too long; 125: lxops could not run it; 126, 127: it is no program; 128 and the signal's " +
    "number: a signal ended the run",
  details:
    "The instance is made as the configuration says, but with empty directories in place of its directories, and\n" +
    "without its secrets, hooks, kept files, ports and static addresses. Disks and ports of its profiles are left\n" +
    "out, too, except those of profiles that --profile names. It is deleted at the end, also after a signal; the\n" +
    "next run removes the leftovers of a run that was killed.",
  run: async (values, ...all) =>
    values.pool === ""
      ? (await import("../../actions/run/run.ts")).run(values, ...all)
      : (await import("../../actions/pool/run.ts")).run(values, ...all),
});

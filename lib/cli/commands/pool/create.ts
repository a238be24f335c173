/**
 * `pool create` and `pool set`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { copyInFlag } from "./copy_in.ts";
import { dryRunFlags, parallelFlags, projectFlags, propertyFlags } from "../../command/flags.ts";

/** `lxops pool create`. */
export const create = command({
  name: "create",
  summary: "Make an instance pool of an image or a configuration, and fill it",
  flags: {
    size: { kind: "string", value: "N", help: "Number of instances that wait to be taken, up to 500" },
    max: {
      kind: "string",
      value: "N",
      help: "Largest number of all, also of those taken, up to 1000 (default: twice the size)",
    },
    ready: {
      kind: "string",
      value: "STATE",
      help: "State in which they wait: running, frozen or stopped (default: running)",
    },
    mode: {
      kind: "string",
      value: "MODE",
      help: "lease: they are taken; self: each works by itself and is used up when it stops (default: lease)",
    },
    lease: { kind: "string", value: "DURATION", help: "How long one is taken for (default: 1h)" },
    "max-age": {
      kind: "string",
      value: "DURATION",
      help: "Replace one that was not taken in this time (default: never)",
    },
    reset: {
      kind: "string",
      value: "WHAT",
      help: "What a released one becomes: none removes it, snapshot sets it back (default: none)",
    },
    wait: {
      kind: "string",
      value: "WHAT",
      help:
        "What a new one must have: exec, init, net, dns or dns:NAME, or several with commas (default: exec)",
    },
    "wait-timeout": { kind: "string", value: "DURATION", help: "Time limit for that (default: 60s)" },
    "host-key": {
      kind: "string",
      value: "new|image",
      help: "Host keys of the SSH server: new ones in each, or those of the image in all (default: new)",
    },
    "ssh-user": { kind: "string", value: "NAME", help: "User that leases name for ssh (default: root)" },
    alias: {
      kind: "string",
      value: "NAME",
      help: "Name for the image of FILE (default: that of the file, or of its directory)",
    },
    ...propertyFlags,
    profile: {
      kind: "list",
      value: "NAME",
      aliases: ["p"],
      help: "Profile (default: default, or those of FILE)",
    },
    config: { kind: "list", value: "KEY=VALUE", aliases: ["c"], help: "Set a key of the instances" },
    limits: { kind: "string", value: "cpu=N,memory=SIZE", help: "Limits: cpu, memory and processes" },
    nesting: { kind: "boolean", help: "Let the instances run containers of their own" },
    ...copyInFlag,
    trace: { kind: "boolean", aliases: ["t", "v"], help: "Show all output of programs" },
    ...projectFlags,
    ...parallelFlags,
    ...dryRunFlags,
  },
  operands: { usage: "[REMOTE:]POOL IMAGE|FILE|DIRECTORY [--] [PROGRAM] [ARGUMENT...]", min: 2 },
  passThrough: true,
  example: "lxops pool create --size 4 --wait dns ci ci/debian",
  underTheHood: "POST images, POST profiles, POST instances, PUT state, POST exec, PATCH instances",
  details: [
    "IMAGE is an image of the daemon. FILE is a configuration: its image is built first, as lxops image build does,",
    "and the instances have its profiles, limits and keys, but none of its directories, ports and addresses. A later",
    "lxops image build FILE builds the image again where the configuration has changed. Where the image is replaced,",
    "tend replaces the instances, and needs no file for that.",
    "",
    "PROGRAM is what an instance of mode self runs; the instance stops when the program ends. Where it needs a token,",
    "--copy-in brings a file into each new instance: the definition has the path alone, and tend needs the flag, too.",
    "",
    "All of a pool is in the daemon: its definition in the profile lxops-pool-POOL, its state in keys of the",
    "instances, and a lease in a profile, too. No file and no process is needed on any machine.",
  ].join("\n"),
  run: async (...all) => (await import("../../actions/pool/create.ts")).create(...all),
});

/** `lxops pool set`. */
export const set = command({
  name: "set",
  summary: "Change settings of an instance pool",
  flags: { ...projectFlags, ...parallelFlags, ...dryRunFlags },
  operands: { usage: "[REMOTE:]POOL KEY=VALUE...", min: 2 },
  example: "lxops pool set ci size=8 max=20",
  underTheHood: "PATCH profile; with image=FILE|DIR first as image build",
  details: [
    "Settings: size, max, ready, lease, max-age, reset, wait, wait-timeout, ssh-user, host-key and image, as the",
    "flags of pool create. The next tend brings the instances to them.",
    "image=FILE|DIR builds the image of a configuration first, as pool create does; the pool then has the profiles",
    "and devices of the configuration, and its keys besides those that the pool has.",
  ].join("\n"),
  run: async (...all) => (await import("../../actions/pool/set.ts")).set(...all),
});

/**
 * Flags that several commands share.
 *
 * @module
 */
import type { Flags } from "./command.ts";

/** Flags before any command. */
export const globalFlags = {
  socket: { kind: "string", value: "PATH", help: "Unix socket of the daemon" },
  remote: {
    kind: "string",
    value: "NAME",
    help: "Remote of the client's configuration, instead of the current one",
  },
  http: { kind: "boolean", help: "Use the current remote, which must be behind HTTPS" },
  unix: { kind: "boolean", help: "Use the daemon of this machine, whatever the current remote is" },
  strict: { kind: "boolean", help: "Unknown and duplicate keys of files are errors" },
} as const satisfies Flags;

/** The project of what a command is about. */
export const projectFlags = {
  project: { kind: "string", value: "NAME", help: "Project, instead of the client's current one" },
} as const satisfies Flags;

/** The flag of a command that can say what it would do. */
export const dryRunFlags = {
  "dry-run": { kind: "boolean", help: "Print what would be done, as a shell script, and do nothing" },
} as const satisfies Flags;

/** Where properties come from. */
export const propertyFlags = {
  properties: {
    kind: "optional",
    value: "FILE",
    help: "Global properties, instead of ~/.config/lxops/properties.yaml",
  },
  P: { kind: "list", value: "KEY=VALUE", help: "Set a property" },
} as const satisfies Flags;

/** Flags of commands about configuration files. */
export const configFlags = {
  ...propertyFlags,
  name: { kind: "string", value: "NAME", help: "Name of the instance, instead of the file's" },
  project: { kind: "string", value: "NAME", help: "Project of the instance, instead of the configuration's" },
} as const satisfies Flags;

/** Flags of commands that change something. */
export const changeFlags = {
  ...dryRunFlags,
  parallel: { kind: "number", value: "N", default: 8, help: "How many instances at a time" },
  "undo-on-failure": { kind: "boolean", help: "Where a step fails, take back the steps before it" },
  trace: { kind: "boolean", aliases: ["t", "v"], help: "Show all output of programs" },
} as const satisfies Flags;

/** Flags of commands that apply cloud-config files. */
export const applyFlags = {
  "step-timeout": {
    kind: "number",
    value: "SECONDS",
    default: 0,
    help: "End an item of a cloud-config that takes longer; 0 lets it take as long as it takes",
  },
  "show-secrets": { kind: "boolean", help: "With -dry-run, leave passwords and keys in what is printed" },
} as const satisfies Flags;

/** Flags of commands that wait for an instance. */
export const waitFlags = {
  timeout: {
    kind: "number",
    value: "SECONDS",
    default: 60,
    help: "How long an instance may take to be ready",
  },
} as const satisfies Flags;

/** Flags of commands that stop an instance. */
export const stopFlags = {
  "wait-stop": {
    kind: "number",
    value: "SECONDS",
    default: 5,
    help: "How long a clean stop may take before the instance is killed",
  },
  adopt: {
    kind: "boolean",
    help: "Also act on what was not made by lxops, or share what another instance has",
  },
} as const satisfies Flags;

/** Flags of commands that change where an instance has its devices. */
export const moveFlags = {
  "move-devices": {
    kind: "boolean",
    help: "Let devices of an instance have other sources than before, and leave their data behind",
  },
} as const satisfies Flags;

/** Flags of commands that create an instance. */
export const createFlags = {
  vm: { kind: "boolean", help: "Create a virtual machine, whatever the configuration says" },
  target: {
    kind: "string",
    value: "MEMBER",
    help: "Cluster member, or @GROUP, to create the instance on, instead of the configuration's",
  },
} as const satisfies Flags;

/** Flags of the Go lxops that have nothing left to do. */
export const launcherFlags = {
  "wait-configure": {
    kind: "number",
    value: "SECONDS",
    default: 0,
    help: "Pause before configuring, beyond what readiness needs",
  },
  poll: { kind: "number", value: "SECONDS", default: 20, help: "Accepted for old scripts; see -timeout" },
} as const satisfies Flags;

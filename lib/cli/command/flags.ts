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
    help: "Remote of the client's configuration (default: the current remote)",
  },
  http: { kind: "boolean", help: "Use the current remote, which must be an HTTPS remote" },
  unix: { kind: "boolean", help: "Use the daemon of this machine instead of the current remote" },
  strict: { kind: "boolean", help: "Treat unknown and duplicate keys in files as errors" },
} as const satisfies Flags;

/** The flag of the project. */
export const projectFlags = {
  project: { kind: "string", value: "NAME", help: "Project (default: the client's current project)" },
} as const satisfies Flags;

/** The flags of a command that can show its changes without making them. */
export const dryRunFlags = {
  "dry-run": { kind: "boolean", help: "Print the changes as a shell script, and change nothing" },
  plan: {
    kind: "boolean",
    help: "Print a line for each change, and change nothing; exits with 10 if there are any",
  },
  "show-secrets": { kind: "boolean", help: "With --dry-run, print passwords and keys" },
} as const satisfies Flags;

/** Flags of the time that a program may take. */
export const limitFlags = {
  timeout: {
    kind: "string",
    value: "DURATION",
    help: "Longest time that the program may take, such as 30m; then it is ended with exit code 124",
  },
  "kill-after": {
    kind: "string",
    value: "DURATION",
    help: "Time that the program has to end before it is killed (default: 1s)",
  },
} as const satisfies Flags;

/** Flags of commands that run a program in an instance. */
export const programFlags = {
  env: { kind: "list", value: "KEY=VALUE", aliases: ["e"], help: "Set an environment variable" },
  "env-file": {
    kind: "list",
    value: "FILE",
    help:
      "Set the variables of a file as well, such as .env; those of a program with input or a terminal are in the list of processes of the daemon's machine",
  },
  user: {
    kind: "string",
    value: "USER",
    aliases: ["u"],
    help: "Run as this user of the instance: a name, UID or UID:GID (default: root)",
  },
  cwd: {
    kind: "string",
    value: "DIR",
    aliases: ["w", "workdir"],
    help: "Directory of the instance to start in",
  },
  ...limitFlags,
} as const satisfies Flags;

/** Flags about properties. */
export const propertyFlags = {
  properties: {
    kind: "optional",
    value: "FILE",
    help: "File of global properties (default: ~/.config/lxops/properties.yaml)",
  },
  P: { kind: "list", value: "KEY=VALUE", help: "Set a property" },
} as const satisfies Flags;

/** Flags of commands about configuration files. */
export const configFlags = {
  ...propertyFlags,
  name: { kind: "string", value: "NAME", help: "Name of the instance (default: the name of the file)" },
  project: {
    kind: "string",
    value: "NAME",
    help: "Project of the instance (default: as in the configuration)",
  },
} as const satisfies Flags;

/** Flags about the settings of directories, and values of one run. */
export const settingFlags = {
  env: {
    kind: "list",
    value: "NAME=VALUE",
    aliases: ["e"],
    help: "Set a setting of a directory for this run; a NAME alone has its value of the environment",
  },
  "env-file": { kind: "list", value: "FILE", help: "Read settings from a file, too, as from .env" },
  set: {
    kind: "list",
    value: "KEY=VALUE",
    help: "Set a key of the configuration for this run, such as limits.memory=256MiB",
  },
} as const satisfies Flags;

/** The flag of commands that apply cloud-config files to instances that have them already. */
export const bootstrapFlags = {
  bootstrap: { kind: "boolean", help: "Run the bootstrap.sh of a directory, also where it ran already" },
} as const satisfies Flags;

/** Flags of commands that lock instances. */
export const lockFlags = {
  "lock-timeout": {
    kind: "number",
    value: "SECONDS",
    default: 0,
    help: "Time to wait for another lxops that works on the same instance",
  },
  "no-lock": { kind: "boolean", help: "Do not lock; for users who may create no profiles" },
} as const satisfies Flags;

/** The flag of commands that work on several instances. */
export const parallelFlags = {
  parallel: { kind: "number", value: "N", default: 8, help: "Number of instances to work on at a time" },
} as const satisfies Flags;

/** Flags about the progress of a command. */
export const progressFlags = {
  progress: {
    kind: "string",
    value: "STYLE",
    help: "Show progress as auto, tty, plain, json or quiet (default: auto)",
  },
  quiet: { kind: "boolean", aliases: ["q"], help: "Print failures only, as for cron" },
  timestamps: { kind: "boolean", help: "Begin each line of progress with the time of day" },
} as const satisfies Flags;

/** Flags of commands that change something. */
export const changeFlags = {
  ...dryRunFlags,
  ...lockFlags,
  ...parallelFlags,
  "undo-on-failure": { kind: "boolean", help: "If a step fails, undo the steps before it" },
  trace: { kind: "boolean", aliases: ["t", "v"], help: "Show all output of programs" },
  ...progressFlags,
} as const satisfies Flags;

/** Flags of commands that apply cloud-config files. */
export const applyFlags = {
  "step-timeout": {
    kind: "number",
    value: "SECONDS",
    default: 0,
    help: "Time limit of each cloud-config item; 0 means 120 for users and files, none for others",
  },
} as const satisfies Flags;

/** Flags of commands that wait for an instance. */
export const waitFlags = {
  timeout: {
    kind: "number",
    value: "SECONDS",
    default: 60,
    help: "Time limit for an instance to become ready",
  },
} as const satisfies Flags;

/** Flags of commands that stop an instance. */
export const stopFlags = {
  "wait-stop": {
    kind: "number",
    value: "SECONDS",
    default: 5,
    help: "Time limit for a clean stop, after which the instance is killed",
  },
  adopt: {
    kind: "boolean",
    help: "Also change objects that lxops did not create, and note where a directory was moved to",
  },
} as const satisfies Flags;

/** Flags of commands that change where an instance has its devices. */
export const moveFlags = {
  "move-devices": {
    kind: "boolean",
    help: "Allow devices to change their sources; their data is left behind",
  },
} as const satisfies Flags;

/** Flags of commands that create an instance. */
export const createFlags = {
  vm: { kind: "boolean", help: "Create a virtual machine, regardless of the configuration" },
  target: {
    kind: "string",
    value: "MEMBER",
    help: "Cluster member or @GROUP to create the instance on (default: as in the configuration)",
  },
} as const satisfies Flags;

/** Flags of the Go lxops that have nothing left to do. */
export const launcherFlags = {
  "wait-configure": {
    kind: "number",
    value: "SECONDS",
    default: 0,
    help: "Additional pause before configuring",
    hidden: true,
  },
  poll: {
    kind: "number",
    value: "SECONDS",
    default: 20,
    help: "Accepted for old scripts; see --timeout",
    hidden: true,
  },
} as const satisfies Flags;

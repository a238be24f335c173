/**
 * Results of commands that change instances, or say what they would change.
 *
 * @module
 */
import { boolean, integer, list, listing, object, result, text } from "./shape.ts";

/** The keys that name an instance. */
export const instanceKeys = {
  instance: text("Name of the instance"),
  project: text("Its project"),
} as const;

/** The result for each instance. */
export const RESULTS = listing({
  name: "results",
  version: 1,
  commands: [
    "launch",
    "up",
    "rebuild",
    "configure",
    "prune",
    "delete",
    "destroy",
    "snapshot",
    "down",
    "start",
    "stop",
    "restart",
    "kill",
    "pause",
    "unpause",
    "create",
    "instance set",
    "instance copy",
  ],
  about: "What became of each instance, also where the command failed",
  columns: ["instance", "project", "result", "error"],
  keys: {
    ...instanceKeys,
    result: text("What was done", {
      words: [
        "launched",
        "rebuilt",
        "configured",
        "pruned",
        "deleted",
        "destroyed",
        "started",
        "stopped",
        "restarted",
        "frozen",
        "unfrozen",
        "created",
        "copied",
        "changed",
        "up to date",
        "partly",
        "unchanged",
        "done",
        "failed",
      ],
    }),
    error: text("Why it failed; empty where it did not"),
    file: text("Path of its configuration, where the command is about configurations", { optional: true }),
    address: text("Its address, where the command waited for it", { optional: true }),
  },
});

const sign = text("Added, changed or removed", { words: ["+", "~", "-"] });

/** The changes that a command would make. */
export const SHORT = result(
  { name: "changes", version: 1, commands: ["every command with --plan --json"] },
  object("What the command would change", {
    version: integer("Version of this schema"),
    changes: integer("Number of changes"),
    instances: list(
      "The changes of each instance, in their order",
      object("", {
        instance: text("Name of the instance; empty for what comes before all instances"),
        project: text("Its project; empty for what comes before all instances"),
        changes: list("", object("", { sign, what: text("The step, or the item of a cloud-config") })),
      }),
    ),
  }),
);

/** The keys of a difference. */
const changeKeys = {
  sign,
  part: text("Part of the instance that differs", {
    words: [
      "instance",
      "state",
      "type",
      "image",
      "profiles",
      "profile devices",
      "profile keys",
      "devices",
      "keys",
      "filesystems",
      "cloud-config",
      "hooks",
      "secrets",
      "checks",
      "guest",
    ],
  }),
  name: text("Name in that part; empty where the part is one thing"),
  from: text("The value that it has", { optional: true }),
  to: text("The value that it would get", { optional: true }),
  why: text("Why it differs", {
    words: ["missing", "file", "hand", "both", "differs", "after", "unchecked", "awaited"],
  }),
  takes: text("What the change takes", {
    words: ["nothing", "restart", "rebuild", "launch", "bootstrap"],
  }),
  moves: boolean("It takes --move-devices, as the data stays where it is", { optional: true }),
  deletes: boolean("The profile is deleted, as nothing else has it", { optional: true }),
  auto: boolean("up does what it takes by itself", { optional: true }),
} as const;

/** The differences between instances and their configurations as rows. */
export const PLAN_ROWS = listing({
  name: "plan-rows",
  version: 1,
  commands: ["plan --format", "status --format"],
  about: "What differs, a row for each difference",
  columns: ["instance", "sign", "part", "name", "from", "to", "why", "takes"],
  keys: { ...instanceKeys, ...changeKeys },
});

/** The differences between instances and their configurations. */
export const PLAN = result(
  { name: "plan", version: 1, commands: ["plan", "status"] },
  object("What differs", {
    version: integer("Version of this schema"),
    given: { ...list("Flags that count for this run only", text("")), optional: true },
    changes: integer("Number of changes"),
    instances: list(
      "The instances in their order",
      object("", {
        ...instanceKeys,
        file: text("Path of its configuration"),
        changes: list(
          "",
          object("", changeKeys),
        ),
        foreign: list("Settings that lxops never made, which it leaves alone", text("")),
        guest: {
          ...object("With --guest, the things in the instance", {
            compared: integer("Number of those that were compared"),
            unknown: integer("Number of those of which the instance tells nothing"),
          }),
          optional: true,
        },
        diffs: {
          ...list(
            "With --diff, the files whose contents differ",
            object("", { path: text("Path in the instance"), diff: text("Difference in the unified form") }),
          ),
          optional: true,
        },
      }),
    ),
  }),
);

/** The differences between profiles and configurations. */
export const PROFILE_DIFF = listing({
  name: "profile-diff",
  version: 1,
  commands: ["profile diff"],
  about: "The differences between the profiles of instances and their configurations",
  columns: ["instance", "profile", "part", "name", "config", "found"],
  keys: {
    ...instanceKeys,
    profile: text("Name of the profile; empty where the list of profiles differs"),
    part: text("What differs", { words: ["profiles", "order", "profile", "device", "key"] }),
    name: text("Name of the device or key; empty for other parts"),
    config: text("What only the configuration has, or has otherwise; null: nothing", { orNull: true }),
    found: text("What the instance or its profile has in its place; null: nothing", { orNull: true }),
  },
});

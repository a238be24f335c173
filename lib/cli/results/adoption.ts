/**
 * Results of commands that write configurations of instances, and that rehearse changes of these.
 *
 * @module
 */
import { boolean, integer, list, number, object, result, text } from "./shape.ts";

/** `init`. */
export const INIT = result(
  { name: "init", version: 1, commands: ["init", "adopt"] },
  object("The directories that were made", {
    directories: list(
      "",
      object("", {
        directory: text("Path of the directory"),
        written: list("Files that were written", text("")),
        kept: list("Files that were there and stay", text("")),
      }),
    ),
    remarks: list(
      "What could not be taken over from the source",
      object("", {
        file: text("Path of the file"),
        line: integer("The line, from 1; 0 where it is not known"),
        key: text("The key that it is about; empty where it is about none"),
        message: text("The remark"),
      }),
    ),
    next: text("The command that launches it, or takes the instance over"),
    changes: {
      ...list("Differences from the instance that the files were written for", text("")),
      optional: true,
    },
    made: {
      ...object("With --guest: what was made in the instance by hand", {
        file: text("Path of the cloud-config file"),
        packages: integer("Number of packages in it"),
        users: integer("Number of users"),
        units: integer("Number of services"),
        files: integer("Number of files and links"),
        named: integer("Number of files that are only named in it"),
      }),
      optional: true,
    },
  }),
);

/** `rehearse`. */
export const REHEARSAL = result(
  { name: "rehearsal", version: 1, commands: ["rehearse rebuild", "rehearse up"] },
  object("What a command did to a copy of an instance", {
    instance: text("Name of the instance"),
    command: text("The command", { words: ["rebuild", "up"] }),
    result: text("The end of the command", { words: ["done", "differs", "failed"] }),
    seconds: number("The time that it took, in seconds"),
    downtime: number("The time without service, in seconds"),
    checks: integer("Number of checks"),
    steps: list(
      "Its steps",
      object("", { title: text("The step"), seconds: number("Its time, in seconds") }),
    ),
    differences: list("What would still differ from the configuration", text("")),
    lost: {
      ...object(
        "For a rebuild, the files of the instance that it would destroy; absent where the instance does not tell",
        {
          files: integer("Number of files"),
          bytes: integer("Their size"),
          largest: list(
            "The largest of them",
            object("", { path: text("Path in the instance"), size: integer("Bytes") }),
          ),
          known: boolean(
            "It is known what lxops left in the instance; otherwise, only files newer than it count",
          ),
          command: text("The command that lists them"),
        },
      ),
      optional: true,
    },
    omitted: list("What the copy did not have, as it may reach the host or others", text("")),
    error: text("Why it failed; empty where it did not"),
  }),
);

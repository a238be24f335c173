/**
 * Results of commands that check files.
 *
 * @module
 */
import { boolean, integer, list, listing, object, result, text } from "./shape.ts";

/** A finding about a file. */
const issue = object("", {
  file: text("Path of the file, as it was given"),
  line: integer("The line, from 1", { optional: true }),
  column: integer("The column, from 1", { optional: true }),
  key: text("The key that it is about, as a dotted path", { optional: true }),
  message: text("What is wrong"),
  severity: text("Warnings do not end a command", { words: ["error", "warning"] }),
});

/** The findings of `i verify` and `cloudconfig lint` as rows. */
export const ISSUES = listing({
  name: "issues",
  version: 1,
  commands: ["i verify --format", "cloudconfig lint --format"],
  about: "Errors and warnings in files",
  columns: ["severity", "file", "line", "column", "key", "message"],
  keys: issue.keys,
});

/** `i verify`. */
export const VERIFY = result(
  { name: "verify", version: 1, commands: ["i verify"] },
  object("Whether configurations are right", {
    version: integer("Version of this schema"),
    valid: boolean("There are no errors"),
    instances: list(
      "The instances whose configurations are right",
      object("", {
        instance: text("Name of the instance"),
        project: text("Its project"),
        file: text("Path of its configuration"),
      }),
    ),
    issues: list("Errors and warnings", issue),
  }),
);

/** `cloudconfig lint`. */
export const LINT = result(
  { name: "lint", version: 1, commands: ["cloudconfig lint"] },
  object("Findings in cloud-config files", {
    version: integer("Version of this schema"),
    issues: list("What was found; none where the files are right", issue),
  }),
);

/** `migrate check`. */
export const MIGRATION = listing({
  name: "migration",
  version: 1,
  commands: ["migrate check"],
  about: "What differs from the Go lxops, for the properties and each file",
  columns: ["of", "result", "notes"],
  keys: {
    of: text("Path of the file; properties for the global properties"),
    result: text("Whether it works, and as before", { words: ["same", "differs", "wrong"] }),
    notes: list("What is to be known, in lines", text("")),
  },
});

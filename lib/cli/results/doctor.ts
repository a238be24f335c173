/**
 * Results of `doctor`.
 *
 * @module
 */
import { boolean, integer, list, listing, object, result, text } from "./shape.ts";

const area = text("The part of the machine that it is about", {
  words: ["daemon", "storage", "network", "ids", "root", "zfs", "files", "remotes", "instances", "clock"],
});

/** The findings of `doctor` as rows. */
export const FINDINGS = listing({
  name: "findings",
  version: 1,
  commands: ["doctor --format"],
  about: "What is wrong with the machine and its daemon, errors first",
  columns: ["severity", "area", "what", "cure"],
  keys: {
    id: text("Name of the kind of finding, such as storage-full"),
    area,
    severity: text("Errors must be mended", { words: ["error", "warning"] }),
    what: text("What is wrong"),
    why: text("What follows from it"),
    cure: list("Command lines that mend it, one after the other", text("")),
    fixable: boolean("doctor --fix mends it"),
  },
});

/** `doctor`. */
export const DOCTOR = result(
  { name: "doctor", version: 1, commands: ["doctor"] },
  object("What is wrong with the machine and its daemon", {
    version: integer("Version of this schema"),
    errors: integer("Number of findings that must be mended"),
    warnings: integer("Number of other findings"),
    findings: list("What is wrong, errors first", FINDINGS.shape.of),
    unknown: list("What could not be looked at", object("", { area, why: text("The reason") })),
  }),
);

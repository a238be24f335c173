/**
 * Migrates older formats of configuration files, which their first line names, to the current one.
 *
 * @module
 */
import { ConfigError, type Issue } from "../../base/errors.ts";
import type { Format, Migrated } from "../format.ts";
import { HEADER, headerOf } from "../header.ts";
import { lxdops } from "./lxdops.ts";
import { didYouMean } from "../../base/suggest.ts";

/** The formats that lxops knows. */
export const FORMATS: readonly Format[] = [lxdops];

function fail(file: string, message: string): never {
  throw new ConfigError([{ file, line: 1, column: 1, message, severity: "error" }]);
}

function unknownHeader(file: string, text: string, header: string, formats: readonly Format[]): never {
  const known = [HEADER, ...formats.map((format) => format.header)];
  const quoted = known.map((name) => `"${name}"`).join(" or ");
  if (/^\s*$/.test(text)) fail(file, `The file is empty; its first line must be ${quoted}`);
  const later = text.split(/\r?\n/).findIndex((line) => known.includes(line.trim()));
  if (later >= 0) {
    fail(file, `The first line must be exactly ${quoted}; here line ${later + 1} is`);
  }
  if (header === "#cloud-config") {
    fail(file, `This is a cloud-config file; a configuration lists it in "cloud-config-files"`);
  }
  if (isCompose(text)) {
    fail(
      file,
      "This looks like a Docker Compose file, which lxops does not read; " +
        `"lxops init --from ${file} DIR" makes configurations of it`,
    );
  }
  const hint = (header.startsWith("#") && didYouMean(header, known)) || hintOf(text);
  fail(file, `The first line must be ${quoted}, not "${header.slice(0, 60)}"${hint}`);
}

const BEFORE_2023 = `. For a file from before 2023, without a header, use "config convert --from lxdops-old"`;

/** Tells whether a text has the one key that compose files must have. */
function isCompose(text: string): boolean {
  return /^services:\s*(#.*)?$/m.test(text);
}

/** Tells whether a text has keys that only files of lxdops without a first line of their own had. */
export function isOldest(text: string): boolean {
  return /^(os|packages|users|scripts|pre-scripts|files|host-fs|passwords|require|pull)\s*:/m.test(text);
}

/** Returns advice about a text without the first line of a format, according to its keys. */
function hintOf(text: string): string {
  if (isOldest(text)) return BEFORE_2023;
  const isCurrent = /^(image|origin|ostype|include|filesystems|devices|profiles|cloud-config-files)\s*:/m
    .test(text);
  return isCurrent ? `; write "${HEADER}" above it` : "";
}

function step(format: Format, text: string, file: string): string | Migrated {
  try {
    return format.migrate(text, file);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    fail(
      file,
      `It cannot be migrated from "${format.header}": ${error instanceof Error ? error.message : error}`,
    );
  }
}

/**
 * Migrates a text until it is in the current format. Unknown formats and loops are a `ConfigError`. Additional
 * formats come before those of lxops.
 */
export function migrate(file: string, text: string, own: readonly Format[] = []): Migrated {
  const formats = [...own, ...FORMATS];
  const seen: string[] = [];
  const issues: Issue[] = [];
  let current = text;
  while (true) {
    const header = headerOf(current);
    if (header === HEADER) return { text: current, issues };
    if (seen.includes(header)) {
      fail(file, `Its format is migrated in a loop: ${[...seen, header].join(" to ")}`);
    }
    const format = formats.find((format) => format.header === header);
    if (!format) unknownHeader(file, current, header, formats);
    seen.push(header);
    const migrated = step(format, current, file);
    current = typeof migrated === "string" ? migrated : migrated.text;
    if (typeof migrated !== "string") issues.push(...migrated.issues);
  }
}

/**
 * Files of an instance as `write_files` of its cloud-config file.
 *
 * @module
 */
import { parse } from "@std/yaml";
import { textOf } from "../../base/bytes.ts";
import type { TakenFile } from "./choose.ts";
import type { FoundFile } from "./found.ts";
import { type Made, yamlLines } from "./made.ts";

/** Groups of files, each with the title of its comment. */
const GROUPS: readonly (readonly [title: string, pattern: RegExp])[] = [
  ["Sources of packages, which are there before these are installed.", /^\/etc\/(?:apt|apk)\//],
  ["Scheduled commands.", /^\/(?:var\/spool\/cron\/|etc\/cron)/],
  ["Settings.", /^\/etc\//],
  ["Programs and files of no package.", /^\/(?:usr\/local|opt)\//],
  ["Files of users.", /^\//],
];

/** Lines of /etc/hosts that each instance has. */
const USUAL_HOST = /^\s*(?:127\.|::1|fe00::|ff0[0-9a-f]::|#|$)/;

/** Returns the files that are written, with /etc/hosts where it has more than each instance has. */
export function writtenFiles(
  { files, found: { hosts } }: Pick<Made, "files" | "found">,
): readonly TakenFile[] {
  if (hosts.every((line) => USUAL_HOST.test(line))) return files;
  const content = new TextEncoder().encode(hosts.map((line) => `${line}\n`).join(""));
  const owner = { user: "root", group: "root" };
  return [...files, { path: "/etc/hosts", mode: "644", ...owner, bytes: content.length, content }];
}

/** Returns the lines of the files. */
export function fileLines(made: Made): readonly string[] {
  const files = writtenFiles(made);
  if (files.length === 0) return [];
  const groups = GROUPS.map(([title, pattern], index) => {
    const own = files.filter(({ path }) => GROUPS.findIndex(([, one]) => one.test(path)) === index);
    return own.length === 0 ? [] : [`  # ${title}`, ...own.flatMap((file) => entryLines(file, pattern))];
  });
  return ["write_files:", ...groups.flat()];
}

function entryLines(file: TakenFile, group: RegExp): readonly string[] {
  const isEarly = group === GROUPS[0]![1];
  const owner = ownerOf(file);
  const entry = {
    path: file.path,
    ...owner === "root:root" ? {} : { owner },
    ...file.mode.padStart(4, "0") === "0644" ? {} : { permissions: file.mode.padStart(4, "0") },
    ...isEarly ? {} : { defer: true },
  };
  return [...yamlLines({ files: [entry] }).slice(1), ...contentLines(file)];
}

/** Returns the owner of a file as `chown` takes it. */
export function ownerOf({ user, group }: Pick<FoundFile, "user" | "group">): string {
  return `${user}:${group}`;
}

/** Returns the content of a file in the first form that YAML reads as the same bytes. */
function contentLines({ content }: TakenFile): readonly string[] {
  const text = textOf(content);
  const indented = (lines: readonly string[]) => lines.map((line) => line === "" ? "" : `    ${line}`);
  for (const lines of text === undefined ? [] : [blockLines(text), yamlLines({ content: text })]) {
    if (isReadBack(lines, text!)) return indented(lines);
  }
  return indented(yamlLines({ encoding: "base64", content: content.toBase64() }));
}

/** Returns a text as a block of YAML, which keeps tabs and blanks at the ends of lines. */
function blockLines(text: string): readonly string[] {
  const ends = /\n*$/.exec(text)![0].length;
  const keeps = ends === 0 ? "-" : ends === 1 ? "" : "+";
  const lines = text.replace(/\n$/, "").split("\n");
  return [
    `content: |${/^\s/.test(text) ? "2" : ""}${keeps}`,
    ...lines.map((line) => line === "" ? "" : `  ${line}`),
  ];
}

function isReadBack(lines: readonly string[], text: string): boolean {
  // YAML 1.1 also ends a line at U+2028 and U+2029.
  if (/[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/u.test(text)) return false;
  try {
    const read = parse(
      ["files:", "  - path: x", ...lines.map((line) => line && `    ${line}`), "  - y", ""].join("\n"),
      {
        schema: "failsafe",
      },
    );
    return (read as { files: { content: string }[] }).files[0]?.content === text;
  } catch {
    return false;
  }
}

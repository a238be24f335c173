/**
 * Commands of a cloud-config file that make what no key of it makes: links, owners of directories, units.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import { isAccountName } from "../../cloudconfig/sections/users/user_schema.ts";
import { ownerOf, writtenFiles } from "./files.ts";
import type { FoundFile, FoundUnit } from "./found.ts";
import type { Made } from "./made.ts";

/** Returns the lines of `runcmd`. */
export function commandLines(made: Made): readonly string[] {
  const groups = [
    group(
      "Links.",
      made.links.filter((one) => !isMask(one)).map(({ path, target }) => ["ln", "-sfn", "--", target!, path]),
    ),
    group("Owners and modes of directories.", folderCommands(made)),
    group("Services that were enabled or disabled by hand.", unitCommands(made)),
  ].flat();
  return groups.length === 0 ? [] : ["runcmd:", ...groups];
}

/** Tells whether a link is how systemd masks a unit, which a command of its own does. */
function isMask({ path, target }: FoundFile): boolean {
  return target === "/dev/null" && /^\/etc\/systemd\/system\/[^\/]+$/.test(path);
}

function group(title: string, commands: readonly (string | readonly string[])[]): readonly string[] {
  return commands.length === 0 ? [] : [
    `  # ${title}`,
    ...commands.map((one) =>
      `  - ${typeof one === "string" ? JSON.stringify(one) : `[${one.map(word).join(", ")}]`}`
    ),
  ];
}

/** Writes a word of a list in one line. */
function word(text: string): string {
  return /^[A-Za-z\/-][\w.\/@+-]*$/.test(text) && !/^(?:-|true|false|yes|no|on|off|null|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

function folderCommands(made: Made): readonly string[] {
  const parents = new Set(writtenFiles(made).map(({ path }) => path.slice(0, path.lastIndexOf("/"))));
  return made.found.folders.filter(({ path, mode, user, group }) =>
    parents.has(path) && !/[\p{C}\p{Zl}\p{Zp}]/u.test(path) && [user, group].every(isAccountName) &&
    user !== "UNKNOWN" && group !== "UNKNOWN" &&
    (ownerOf({ user, group }) !== "root:root" || mode !== "755") && !/^\/var\/spool\//.test(path)
  ).map((one) =>
    `chown ${ownerOf(one)} ${quote(one.path)} && chmod ${one.mode.padStart(4, "0")} ${quote(one.path)}`
  );
}

function unitCommands({ found: { units }, files }: Made): readonly (readonly string[])[] {
  const of = (what: FoundUnit["what"]) => units.filter((one) => one.what === what);
  const hasSystemd = [...of("enable"), ...of("disable"), ...of("mask")].length > 0;
  const isNew = files.some(({ path }) => path.startsWith("/etc/systemd/system/"));
  return [
    ...hasSystemd && isNew ? [["systemctl", "daemon-reload"]] : [],
    ...of("mask").map(({ name }) => ["systemctl", "mask", name]),
    ...of("disable").map(({ name }) => ["systemctl", "disable", name]),
    ...of("enable").map(({ name, isActive }) => [
      ...["systemctl", "enable"],
      ...isActive ? ["--now", "--no-block"] : [],
      name,
    ]),
    ...of("add").map(({ name, level }) => ["rc-update", "add", name, level!]),
  ];
}

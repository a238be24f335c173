/**
 * Converts the part of an old lxdops file that is cloud-config now.
 *
 * @module
 */
import { basename } from "@std/path";
import * as z from "zod/mini";
import { flag, list, record, text } from "../schema/fields.ts";
import type { Lost, OldConfig } from "./lxdops_old.ts";

/** An entry of `scripts` or `pre-scripts`. */
export const scriptSchema = record({
  name: z.optional(text),
  file: z.optional(text),
  first: z.optional(flag),
  reboot: z.optional(flag),
  body: z.optional(text),
  dir: z.optional(text),
  uid: z.optional(text),
  gid: z.optional(text),
});

/** An entry of `users`. */
export const userSchema = record({
  name: z.optional(text),
  current: z.optional(flag),
  uid: z.optional(text),
  sudo: z.optional(flag),
  ssh: z.optional(flag),
  authorized_keys: z.optional(text),
  shell: z.optional(text),
  home: z.optional(text),
  groups: z.optional(list(text)),
});

/** A cloud-config file to be written. */
export interface CloudConfigPart {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

type ReadText = (path: string) => Promise<string | undefined>;
type Scripts = NonNullable<OldConfig["scripts"]>;

/** Returns the text of a file of the host, or adds an issue. */
async function hostFile(
  path: string,
  place: readonly (string | number)[],
  read: ReadText,
  lost: Lost,
): Promise<string> {
  const content = await read(path);
  if (content === undefined) lost(place, `There is no file "${path}"; fill in its content`);
  return content ?? "";
}

function quote(word: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

async function commands(
  key: string,
  scripts: Scripts,
  chosen: (first: boolean) => boolean,
  read: ReadText,
  lost: Lost,
) {
  const files: unknown[] = [];
  const runcmd: string[] = [];
  for (const [index, script] of scripts.entries()) {
    if (!chosen(script.first ?? false)) continue;
    const place = [key, index];
    const enter = script.dir ? `cd ${quote(script.dir)}\n` : "";
    if (script.file) {
      const path = `/root/${basename(script.file)}`;
      const content = await hostFile(script.file, [...place, "file"], read, lost);
      files.push({ path, permissions: "0555", content, defer: true });
      runcmd.push(`${enter}${quote(path)}${enter === "" ? "" : "\n"}`);
    }
    const body = script.body?.trim() ?? "";
    if (body !== "") runcmd.push(`${enter}${body}\n`);
    if (script.reboot) lost([...place, "reboot"], "Instances are not rebooted between commands any more");
    if ((script.uid ?? "0") !== "0" || (script.gid ?? "0") !== "0") {
      lost(place, "It ran as another user; commands run as root now");
    }
  }
  return { files, runcmd };
}

async function users(old: OldConfig, read: ReadText, lost: Lost): Promise<unknown[]> {
  const result: unknown[] = [];
  for (const [index, user] of (old.users ?? []).entries()) {
    if (!user.name) {
      lost(["users", index], "It stood for the user who ran lxdops; give it a name");
      continue;
    }
    const keys = user.authorized_keys
      ? (await hostFile(user.authorized_keys, ["users", index, "authorized_keys"], read, lost)).split("\n")
      : [];
    if (user.ssh && !user.authorized_keys) {
      lost(
        ["users", index, "ssh"],
        "It copied the keys of the user who ran lxdops; list keys in ssh_authorized_keys",
      );
    }
    const lines = keys.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
    result.push({
      name: user.name,
      ...(user.uid ? { uid: user.uid } : {}),
      ...(user.shell ? { shell: user.shell } : {}),
      ...(user.home ? { homedir: user.home } : {}),
      ...(user.groups && user.groups.length > 0 ? { groups: user.groups.join(",") } : {}),
      ...(user.sudo ? { sudo: "ALL=(ALL) NOPASSWD:ALL" } : {}),
      ...(lines.length > 0 ? { ssh_authorized_keys: lines } : {}),
    });
  }
  return result;
}

async function writeFiles(old: OldConfig, read: ReadText, lost: Lost): Promise<unknown[]> {
  const result: unknown[] = [];
  for (const [index, file] of (old.files ?? []).entries()) {
    if (file.recursive) lost(["files", index], "Directories are not copied any more");
    const user = file.user || file.uid || "0";
    const group = file.group || file.gid || "0";
    result.push({
      path: file.path,
      ...(user === "0" && group === "0" ? {} : { owner: `${user}:${group}` }),
      ...(file.mode ? { permissions: file.mode } : {}),
      content: await hostFile(file.source, ["files", index, "source"], read, lost),
      defer: true,
    });
  }
  return result;
}

/**
 * Converts the parts that are applied in an instance to cloud-config. Scripts that ran first become a file of their
 * own, because packages and users come before commands in each file.
 */
export async function cloudConfigs(
  old: OldConfig,
  stem: string,
  read: ReadText,
  lost: Lost,
): Promise<CloudConfigPart[]> {
  const pre = await commands("pre-scripts", old["pre-scripts"] ?? [], () => true, read, lost);
  const first = await commands("scripts", old.scripts ?? [], (first) => first, read, lost);
  const last = await commands("scripts", old.scripts ?? [], (first) => !first, read, lost);
  const parts = [
    {
      name: `${stem}-pre.cfg`,
      data: { write_files: [...pre.files, ...first.files], runcmd: [...pre.runcmd, ...first.runcmd] },
    },
    {
      name: `${stem}.cfg`,
      data: {
        packages: old.packages ?? [],
        users: await users(old, read, lost),
        write_files: [...await writeFiles(old, read, lost), ...last.files],
        runcmd: last.runcmd,
      },
    },
  ];
  return parts.map(({ name, data }) => ({
    name,
    data: Object.fromEntries(Object.entries(data).filter(([, list]) => list.length > 0)),
  })).filter(({ data }) => Object.keys(data).length > 0);
}

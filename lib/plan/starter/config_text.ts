/**
 * The text of a new `lxops.yaml`: the keys that are known, and examples of others as comments.
 *
 * @module
 */
import { stringify } from "@std/yaml";
import type { Starter, Value } from "./starter.ts";

/** A part of the file: a key with its comment, and an example for files without the key. */
interface Part {
  readonly key: string;
  readonly comment: readonly string[];
  readonly example?: readonly string[];
}

const PARTS: readonly Part[] = [
  { key: "description", comment: [] },
  { key: "directory", comment: [] },
  { key: "name", comment: ["The name of the instance; without it, that of the directory."] },
  { key: "project", comment: [] },
  { key: "image", comment: ['The image of the root filesystem. "lxops rebuild" makes a new one of it.'] },
  {
    key: "ostype",
    comment: ['The distribution, which bootstrap.sh and files of cloud-config/ need; see "lxops ostypes".'],
    example: ["ostype: alpine"],
  },
  { key: "type", comment: [] },
  { key: "profiles", comment: ["Profiles of the daemon."] },
  { key: "lxc-options", comment: ["Options of the daemon's client for creating the instance."] },
  {
    key: "environment",
    comment: [
      "Settings: ${NAME} in this file, and variables of bootstrap.sh. Those that are secret are in .env.",
    ],
    example: ["environment:", "  DOMAIN: example.org"],
  },
  {
    key: "ports",
    comment: ["Ports of the host that lead to the instance."],
    example: ["ports:", "  - 8080:80"],
  },
  { key: "addresses", comment: ["Static addresses."], example: ["addresses:", "  eth0: 10.0.0.5"] },
  {
    key: "limits",
    comment: ["Limits: cpu, memory, disk and processes."],
    example: ["limits:", "  memory: 512MiB"],
  },
  { key: "autostart", comment: ["Start with the daemon."], example: ["autostart: true"] },
  { key: "config", comment: ["Other keys of the daemon."] },
  { key: "idmap", comment: ["Users and groups of the host that the container has, too."] },
  {
    key: "filesystems",
    comment: ["Places on the host for directories of devices. That of data/ needs no words."],
  },
  { key: "devices", comment: ["Directories of the host, and other devices."] },
  {
    key: "secrets",
    comment: ['Secrets, which are files in /run/lxops/secrets; see "lxops help secrets".'],
    example: ["secrets:", "  db: secrets/db"],
  },
  {
    key: "keep",
    comment: ['Files of the root filesystem that outlive a rebuild; see "lxops help keep".'],
    example: ["keep: [ssh-host-keys, machine-id]"],
  },
  {
    key: "checks",
    comment: ['Checks that the instance must pass; see "lxops help check".'],
    example: ["checks:", "  - tcp: 80"],
  },
  {
    key: "after",
    comment: ['Instances that "lxops up" starts first.'],
    example: ["after: [db]"],
  },
];

const HEAD: readonly string[] = [
  'This directory is a container: "lxops up" launches it, "lxops plan" shows what up would change.',
  '"lxops help directory" describes the files beside this one, and "lxops help config" all keys.',
];

/** Returns the text of the configuration. */
export function configText({ source, keys, comments = {}, remarks }: Starter): string {
  const head = [...HEAD, ...(source === undefined ? [] : [source])];
  const blocks = PARTS.flatMap(({ key, comment, example }) => {
    const said = comments[key] ?? [];
    const value = keys[key];
    if (value !== undefined) return [[...[...comment, ...said].flatMap(commented), entry(key, value)]];
    if (said.length > 0) return [said.flatMap(commented)];
    return example === undefined ? [] : [[...comment, ...example].flatMap(commented)];
  });
  const left = remarks.length === 0 ? [] : [[
    ...commented("Not taken over, or to be looked at:"),
    ...remarks.flatMap(({ key, message }) => commented(`- ${key}: ${message}`)),
  ]];
  return `#lxops-v1\n${
    [head.flatMap(commented), ...blocks, ...left].map((lines) => lines.join("\n")).join("\n\n")
  }\n`;
}

function entry(key: string, value: Value): string {
  return stringify({ [key]: value }, { lineWidth: -1, useAnchors: false }).trimEnd();
}

/** Returns lines of comment; foreign text can neither end a line nor change how it is shown. */
export function commented(text: string): readonly string[] {
  return text.split("\n").map((line) => `# ${plain(line)}`.trimEnd());
}

/** Replaces characters that are no part of a line of text. */
export function plain(text: string): string {
  return text.replaceAll(/[^\P{C}\t]|[\p{Zl}\p{Zp}]/gu, "?");
}

/**
 * `file`: files of instances.
 *
 * @module
 */
import { EXIT, ServerError, UsageError } from "../../errors.ts";
import { command, group } from "../command.ts";
import { applyEffect } from "../one_effect.ts";

const project = {
  project: { kind: "string", value: "NAME", default: "default", help: "Project of the instance" },
} as const;

const push = command({
  name: "push",
  summary: "Write a file of an instance; an existing one keeps its mode and owner",
  flags: {
    ...project,
    mode: { kind: "string", value: "OCTAL", default: "644", help: "Permissions of a new file" },
    uid: { kind: "number", value: "ID", default: 0, help: "Owner of a new file, in the instance" },
    gid: { kind: "number", value: "ID", default: 0, help: "Group of a new file, in the instance" },
    "dry-run": { kind: "boolean", help: "Print what would be done, as a shell script, and do nothing" },
  },
  operands: { usage: "FILE|- NAME/PATH", min: 2, max: 2 },
  example: "lxops file push motd php1/etc/motd",
  underTheHood: "POST files",
  run: async (values, operands, app) => {
    const [from, to] = operands as [string, string];
    const { name, path } = split(to);
    if (!/^[0-7]{1,4}$/.test(values.mode)) {
      throw new UsageError(`-mode needs octal digits, not "${values.mode}"`);
    }
    for (const id of [values.uid, values.gid]) {
      if (!Number.isInteger(id)) throw new UsageError(`-uid and -gid need whole numbers, not "${id}"`);
    }
    const content = from === "-" ? await app.readStdinBytes() : await app.host.readBytes(from);
    if (!content) throw new UsageError(`There is no file "${from}"`);
    await applyEffect(app, `Write ${path} of ${name}`, {
      kind: "push",
      instance: { project: values.project, name },
      path,
      content,
      mode: parseInt(values.mode, 8),
      uid: values.uid,
      gid: values.gid,
    }, { dryRun: values["dry-run"] });
    return EXIT.ok;
  },
});

const pull = command({
  name: "pull",
  summary: "Print a file of an instance",
  flags: project,
  operands: { usage: "NAME/PATH", min: 1, max: 1 },
  example: "lxops file pull php1/etc/motd > motd",
  underTheHood: "GET files",
  run: async (values, operands, app) => {
    const { name, path } = split(operands[0]!);
    const content = await (await app.server()).readFile({ project: values.project, name }, path);
    if (!content) throw new ServerError(`Instance "${name}" has no file "${path}"`, 404);
    await app.printBytes(content);
    return EXIT.ok;
  },
});

function split(text: string): { name: string; path: string } {
  const slash = text.indexOf("/");
  if (slash < 1) throw new UsageError(`"${text}" is not of the form NAME/PATH`);
  return { name: text.slice(0, slash), path: text.slice(slash) };
}

/** `lxops file`. */
export const file = group("file", "Read and write files of instances", [push, pull]);

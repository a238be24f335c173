/**
 * `file`: files of instances.
 *
 * @module
 */
import { EXIT, ServerError, UsageError } from "../../errors.ts";
import { command, group } from "../command.ts";
import { dryRunFlags, projectFlags } from "../flags.ts";
import { applyEffect } from "../one_effect.ts";
import { placeOf } from "../place.ts";

const push = command({
  name: "push",
  summary: "Write a file of an instance; an existing one keeps its mode and owner",
  flags: {
    ...projectFlags,
    mode: { kind: "string", value: "OCTAL", default: "644", help: "Permissions of a new file" },
    uid: { kind: "number", value: "ID", default: 0, help: "Owner of a new file, in the instance" },
    gid: { kind: "number", value: "ID", default: 0, help: "Group of a new file, in the instance" },
    ...dryRunFlags,
  },
  operands: { usage: "FILE|- [REMOTE:]NAME/PATH", min: 2, max: 2 },
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
    const place = await placeOf(app, name, values.project);
    await applyEffect(place.app, `Write ${path} of ${name}`, {
      kind: "push",
      instance: place.ref,
      path,
      content,
      mode: parseInt(values.mode, 8),
      uid: values.uid,
      gid: values.gid,
    }, { dryRun: values["dry-run"] });
    return EXIT.ok;
  },
});

/** It is held in memory whole. */
const PULL_LIMIT_MIB = 64;

const pull = command({
  name: "pull",
  summary: "Print a file of an instance",
  flags: projectFlags,
  operands: { usage: "[REMOTE:]NAME/PATH", min: 1, max: 1 },
  example: "lxops file pull php1/etc/motd > motd",
  underTheHood: "GET files",
  run: async (values, operands, app) => {
    const { name, path } = split(operands[0]!);
    const place = await placeOf(app, name, values.project);
    const content = await (await place.app.server()).readFile(place.ref, path, PULL_LIMIT_MIB);
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

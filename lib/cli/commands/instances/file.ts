/**
 * `file`: files of instances.
 *
 * @module
 */
import { EXIT, StateError, UsageError } from "../../../base/errors.ts";
import type { App } from "../../command/app.ts";
import { command, group } from "../../command/command.ts";
import { dryRunFlags, projectFlags } from "../../command/flags.ts";
import { applyEffect } from "../../shared/apply_steps.ts";
import { placeOf } from "../../shared/operands.ts";

const push = command({
  name: "push",
  summary: "Write a file of an instance; an existing one keeps the mode and owner that are not given",
  flags: {
    ...projectFlags,
    mode: { kind: "optional", value: "OCTAL", help: "Permissions (default: 644 for a new file)" },
    uid: { kind: "optional", value: "ID", help: "Owner, in the instance (default: 0 for a new file)" },
    gid: { kind: "optional", value: "ID", help: "Group, in the instance (default: 0 for a new file)" },
    ...dryRunFlags,
  },
  operands: { usage: "FILE|- [REMOTE:]NAME/PATH", min: 2, max: 2 },
  example: "lxops file push motd php1/etc/motd",
  underTheHood: "POST files; GET and DELETE of a file whose mode or owner is to be another",
  details: "A path that ends in a slash is a directory, in which the file has its own name.",
  run: async (values, operands, app) => {
    const [from, to] = operands as [string, string];
    const { name, path } = target(to, from);
    if (values.mode !== undefined && !/^[0-7]{1,4}$/.test(values.mode)) {
      throw new UsageError(`-mode needs octal digits, not "${values.mode}"`);
    }
    for (const id of [values.uid, values.gid]) {
      if (id !== undefined && !/^\d{1,10}$/.test(id)) {
        throw new UsageError(`-uid and -gid need whole numbers, not "${id}"`);
      }
    }
    const content = from === "-" ? await app.readStdinBytes() : await contentOf(from, app);
    const place = await placeOf(app, name, values.project);
    const set = (["mode", "uid", "gid"] as const).filter((key) => values[key] !== undefined);
    await applyEffect(place.app, `Write ${path} of ${name}`, {
      kind: "push",
      instance: place.ref,
      path,
      content,
      mode: parseInt(values.mode ?? "644", 8),
      uid: Number(values.uid ?? 0),
      gid: Number(values.gid ?? 0),
      ...(set.length > 0 ? { set } : {}),
    }, { dryRun: values["dry-run"] });
    return EXIT.ok;
  },
});

/** Where a file goes: in a directory, which ends in a slash, it keeps its name. */
function target(to: string, from: string): { name: string; path: string } {
  const { name, path } = split(to);
  if (!path.endsWith("/")) return { name, path };
  const own = from.split("/").findLast((part) => part !== "" && part !== ".");
  if (from === "-" || own === undefined || own === "..") {
    throw new UsageError(`"${to}" is a directory, and "${from}" has no name of its own: give the file one`);
  }
  return { name, path: `${path}${own}` };
}

async function contentOf(file: string, app: App): Promise<Uint8Array> {
  const real = await app.host.realPath(file);
  if (real !== undefined && (await app.host.lstat(real))?.kind === "directory") {
    throw new UsageError(`Cannot push "${file}": it is a directory`, [
      "For a whole tree: tar -C DIR -c . | lxops instance exec NAME -- tar -C PATH -x",
    ]);
  }
  // What is no file, as the pipe that a shell gives in the place of one, is read all the same.
  const content = await app.host.readBytes(file);
  if (!content) throw new UsageError(`There is no file "${file}"`);
  return content;
}

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
    if (!content) {
      const found = await (await place.app.server()).instance(place.ref);
      const where = place.ref.project === "default" ? "" : ` in project "${place.ref.project}"`;
      throw new StateError(
        found
          ? `Instance "${name}" has no file "${path}"`
          : `There is no instance "${place.ref.name}"${where}`,
        { kind: "missing" },
      );
    }
    await app.printBytes(content);
    return EXIT.ok;
  },
});

function split(text: string): { name: string; path: string } {
  const slash = text.indexOf("/");
  if (slash < 1) {
    throw new UsageError(`"${text}" is not of the form NAME/PATH: the path begins at the instance's root`);
  }
  return { name: text.slice(0, slash), path: text.slice(slash) };
}

/** `lxops file`. */
export const file = group("file", "Read and write files of instances", [push, pull]);

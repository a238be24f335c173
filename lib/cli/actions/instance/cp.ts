/**
 * `cp`: files and directories between this machine and an instance.
 *
 * @module
 */
import { basename, isAbsolute, resolve } from "@std/path";
import { EXIT, UsageError } from "../../../base/errors.ts";
import type { FileCopy } from "../../../ports/copy.ts";
import type { App } from "../../command/app.ts";
import { foundPlaces, onePlace, type PlaceValues } from "../../places/places.ts";
import { applyEffect } from "../../shared/apply_steps.ts";
import { lockPlaces, type LockValues } from "../../shared/lifecycle/lock.ts";

interface Values extends PlaceValues, LockValues {
  readonly archive: boolean;
  readonly overwrite: boolean;
  readonly "max-size": number;
}

/** Runs `cp`. */
export async function cp(values: Values, operands: readonly string[], app: App): Promise<number> {
  const [from, to] = operands as [string, string];
  const { inside: source } = sideOf(from);
  const { inside: target } = sideOf(to);
  if (source && target) {
    throw new UsageError("Both are in instances: copy to this machine first, or use tar", [
      "lxops exec A -- tar -C DIR -c . | lxops exec B -- tar -C DIR -x",
    ]);
  }
  const side = source ?? target;
  if (!side) {
    throw new UsageError(
      `Neither "${from}" nor "${to}" is in an instance: write NAME:PATH for the one that is`,
    );
  }
  const place = await onePlace(side.operand, values, app);
  const direction = source ? "out" : "in";
  if (direction === "in") await lockPlaces([place], "cp", values);
  const [found] = await foundPlaces([place]);
  const outside = source ? to : from;
  if (outside === "-") throw new UsageError('"-" is no file: for a stream use lxops file push or lxops exec');
  const copy: FileCopy = {
    direction,
    instance: found!.ref,
    inside: insidePath(side.path, outside, direction),
    outside: keepSlash(outside, resolve(app.host.cwd, outside)),
    archive: values.archive,
    overwrite: values.overwrite,
    maxBytes: values["max-size"] * 1024 * 1024,
  };
  await applyEffect(found!.app, titleOf(copy), { kind: "copy", ...copy }, { dryRun: values["dry-run"] });
  return EXIT.ok;
}

/** Finds the instance and the path of an operand such as `web:/etc/motd`; a path of this machine has neither. */
function sideOf(operand: string): { readonly inside?: { readonly operand: string; readonly path: string } } {
  if (operand.startsWith("/") || operand.startsWith("./") || operand.startsWith("../")) {
    // A file or a directory can stand for its instance: ./web:/etc/motd
    const at = operand.indexOf(":/");
    return at < 1 || operand.startsWith("/")
      ? {}
      : { inside: { operand: operand.slice(0, at), path: operand.slice(at + 1) } };
  }
  const at = operand.lastIndexOf(":", operand.indexOf(":/") < 0 ? undefined : operand.indexOf(":/"));
  return at < 1 ? {} : { inside: { operand: operand.slice(0, at), path: operand.slice(at + 1) } };
}

/** Returns the absolute path in the instance; a relative one begins at the home of root. */
function insidePath(path: string, outside: string, direction: "in" | "out"): string {
  if (path === "" && direction === "in") return `/root/${basename(outside)}`;
  if (path === "" || path.includes("\0")) throw new UsageError("The path in the instance is empty");
  return keepSlash(path, resolve("/", isAbsolute(path) ? path : `/root/${path}`));
}

/** Keeps a slash at the end, which means a directory. */
function keepSlash(given: string, path: string): string {
  return /\/\.?$/.test(given) && path !== "/" ? `${path}/` : path;
}

function titleOf({ direction, inside, outside, instance: { name } }: FileCopy): string {
  return direction === "in"
    ? `Copy ${outside} to ${inside} of ${name}`
    : `Copy ${inside} of ${name} to ${outside}`;
}

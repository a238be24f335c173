/**
 * `file push` and `file pull`.
 *
 * @module
 */
import { missing } from "../../../base/missing.ts";
import { EXIT, UsageError } from "../../../base/errors.ts";
import type { App } from "../../command/app.ts";
import { applyEffect } from "../../shared/apply_steps.ts";
import { missingInstance, placeOf } from "../../shared/operands.ts";
import { isDirectory } from "../../shared/target_file.ts";

interface PushValues {
  readonly project: string;
  readonly mode: string | undefined;
  readonly uid: string | undefined;
  readonly gid: string | undefined;
  readonly "dry-run": boolean;
}

/** Runs `file push`. */
export async function push(values: PushValues, operands: readonly string[], app: App): Promise<number> {
  const [from, to] = operands as [string, string];
  const { name, path } = target(to, from);
  if (values.mode !== undefined && !/^[0-7]{1,4}$/.test(values.mode)) {
    throw new UsageError(`--mode needs octal digits, not "${values.mode}"`);
  }
  for (const id of [values.uid, values.gid]) {
    if (id !== undefined && !/^\d{1,10}$/.test(id)) {
      throw new UsageError(`--uid and --gid need whole numbers, not "${id}"`);
    }
  }
  if (from !== "-" && await isDirectory(from, app)) {
    if (values.mode !== undefined || values.uid !== undefined || values.gid !== undefined) {
      throw new UsageError(
        "--mode, --uid and --gid are for a file; lxops cp --archive keeps the owners of a directory",
      );
    }
    return await copied(values, [from, `${split(to).name}:${split(to).path}`], app);
  }
  const content = from === "-" ? await app.stdin.bytes() : await contentOf(from, app);
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
}

/** Returns the path to write to: in a directory, which ends in a slash, a file keeps its name. */
function target(to: string, from: string): { name: string; path: string } {
  const { name, path } = split(to);
  if (!path.endsWith("/")) return { name, path };
  const own = from.split("/").findLast((part) => part !== "" && part !== ".");
  if (from === "-" || own === undefined || own === "..") {
    throw new UsageError(`"${to}" is a directory, and "${from}" has no file name: add one to the path`);
  }
  return { name, path: `${path}${own}` };
}

async function contentOf(file: string, app: App): Promise<Uint8Array> {
  // Other kinds of files, such as a pipe that a shell passes, are read as well.
  const content = await app.host.readBytes(file);
  if (!content) throw new UsageError(`There is no file "${file}"`);
  return content;
}

/** Size limit of a pulled file, which is held in memory. */
const PULL_LIMIT_MIB = 64;

/** Runs `file pull`. */
export async function pull(
  values: { readonly project: string; readonly "dry-run": boolean },
  operands: readonly string[],
  app: App,
): Promise<number> {
  const { name, path } = split(operands[0]!);
  if (operands[1] !== undefined) return await copied(values, [`${name}:${path}`, operands[1]], app);
  const place = await placeOf(app, name, values.project);
  const content = await (await place.app.server()).readFile(place.ref, path, PULL_LIMIT_MIB);
  if (!content) {
    if (!await (await place.app.server()).instance(place.ref)) throw await missingInstance(place);
    throw missing("file", path, { where: ` in instance "${name}"` });
  }
  await app.printBytes(content);
  return EXIT.ok;
}

function split(text: string): { name: string; path: string } {
  const slash = text.indexOf("/");
  if (slash < 1) {
    throw new UsageError(`"${text}" is not of the form NAME/PATH: the path begins at the instance's root`);
  }
  return { name: text.slice(0, slash), path: text.slice(slash) };
}

/** Copies a file or a directory as `cp` does. */
async function copied(
  { project, "dry-run": dryRun }: { readonly project: string; readonly "dry-run": boolean },
  operands: readonly [string, string],
  app: App,
): Promise<number> {
  const { cp } = await import("./cp.ts");
  const flags = { properties: undefined, P: [], archive: false, overwrite: false, "max-size": 16384 };
  return await cp({ ...flags, project, "dry-run": dryRun }, operands, app);
}

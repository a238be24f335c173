/**
 * The command `init`.
 *
 * @module
 */
import { join } from "@std/path";
import { EXIT, type Issue } from "../../../base/errors.ts";
import { quote } from "../../../base/shell.ts";
import { DEFAULT_IMAGE, starterOfRemoteImage } from "../../../plan/starter/from_image.ts";
import type { App } from "../../command/app.ts";
import {
  newPath,
  planDirectories,
  type Started,
  writeAll,
  type WriteValues,
  writtenJson,
} from "./new_directory.ts";

interface Values extends WriteValues {
  readonly from: string;
  readonly project: string;
}

/** Runs `init`. */
export async function init(values: Values, operands: readonly string[], app: App): Promise<number> {
  const [operand = "."] = operands;
  const path = newPath(operand, app);
  const started = await start(values, path, app);
  if (started.adopted !== undefined) {
    const { writeAdopted } = await import("./adopt.ts");
    return await writeAdopted({ ...values, mark: false, guest: false }, started.adopted, path);
  }
  const plans = await planDirectories(started, { path, command: "init" }, app);
  const issues: readonly Issue[] = [...started.issues, ...plans.flatMap((plan) => plan.issues)];
  app.warn(issues);
  await writeAll({ first: plans.flatMap((plan) => plan.steps), each: [] }, values, app);
  const isDryRun = values["dry-run"];
  if (isDryRun) return EXIT.ok;
  const up = `up ${quote(shownDirectory(path))}`;
  const file = started.directories.length === 1
    ? join(started.directories[0]!.path, "lxops.yaml")
    : `the files in ${path}`;
  app.print(
    values.json
      ? writtenJson(plans, issues, { next: `${app.program} ${up}` })
      : `Look through ${file}, then launch it:\n  lxops ${up}\n`,
  );
  return EXIT.ok;
}

/** Returns a directory as commands take it, which take a bare name for an instance. */
export function shownDirectory(path: string): string {
  return path === "." || path.includes("/") ? path : `./${path}`;
}

/** Returns the directories of the source. */
async function start(values: Values, path: string, app: App): Promise<Started> {
  if (values.from === "") {
    return { directories: [{ path, starter: starterOfRemoteImage(DEFAULT_IMAGE) }], issues: [] };
  }
  const sources = await import("./init_sources.ts");
  return sources.isPath(values.from)
    ? await sources.fromCompose(values.from, path, app)
    : await sources.fromDaemon(values.from, { path, project: values.project }, app);
}

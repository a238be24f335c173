/**
 * The commands of `volume`.
 *
 * @module
 */
import { resolve } from "@std/path";
import { EXIT, UsageError } from "../../../base/errors.ts";
import { poolNameProblem } from "../../../instance/patterns/names.ts";
import { BACKUP, backupSteps, deleteLeftBackup } from "../../../plan/data/kinds/export_volumes.ts";
import { readBackups } from "../../../run/observe/volumes.ts";
import type { VolumeRef } from "../../../ports/mod.ts";
import type { Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { projectOf, remoteOf } from "../../shared/operands.ts";
import { isDirectory, targetFile } from "../../shared/target_file.ts";

interface Values {
  readonly project: string;
  readonly "dry-run": boolean;
}

/** Finds the volume `[remote:]pool/name`. */
async function volumeOf(app: App, operand: string, project: string): Promise<{ app: App; ref: VolumeRef }> {
  const there = remoteOf(app, operand);
  const [pool = "", name = "", ...rest] = there.name.split("/");
  if (rest.length > 0 || poolNameProblem(pool) !== undefined || name === "") {
    throw new UsageError(`"${operand}" is not of the form POOL/VOLUME`);
  }
  return { app: there.app, ref: { project: await projectOf(there.app, project), pool, name } };
}

/** Runs `volume export`. */
export async function exportVolume(
  values: Values & { readonly backup: string | undefined },
  [operand, file]: readonly string[],
  app: App,
): Promise<number> {
  const { app: there, ref } = await volumeOf(app, operand!, values.project);
  const target = await targetFile(file!, app);
  const path = target.endsWith("/") ? `${target}${ref.name}.tar.gz` : target;
  const title = `${ref.pool}/${ref.name}`;
  const { make, fetch, remove } = backupSteps(title, ref, path, values.backup || undefined);
  const left = values.backup
    ? []
    : (await readBackups(await there.server(), ref)).filter((name) => name === BACKUP);
  const steps: Step[] = values.backup
    ? [fetch]
    : [...left.map(() => deleteLeftBackup(title, ref)), make, fetch, remove];
  await applySteps(there, steps, { dryRun: values["dry-run"] });
  return EXIT.ok;
}

/** Runs `volume import`. */
export async function importVolume(
  values: Values,
  [operand, file]: readonly string[],
  app: App,
): Promise<number> {
  const { app: there, ref } = await volumeOf(app, operand!, values.project);
  const path = resolve(app.host.cwd, file!);
  if (await isDirectory(path, app)) {
    throw new UsageError(`Cannot import "${path}": it is a directory`);
  }
  const step: Step = {
    title: `Create volume ${ref.pool}/${ref.name} from ${path}`,
    effect: { kind: "transfer", direction: "restore", volume: ref, file: path },
  };
  await applySteps(there, [step], { dryRun: values["dry-run"] });
  return EXIT.ok;
}

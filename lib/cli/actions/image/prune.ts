/**
 * `image prune`.
 *
 * @module
 */
import { count } from "../../../base/count.ts";
import { EXIT, UsageError } from "../../../base/errors.ts";
import { sizeText } from "../../../base/sizes.ts";
import { planPrune, prunable, type Pruned } from "../../../plan/image/prune.ts";
import { builtAt } from "../../../plan/image/versions.ts";
import type { App } from "../../command/app.ts";
import { renderRows } from "../../output/table.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import type { LockValues } from "../../shared/lifecycle/lock.ts";
import { projectOf, remoteOf } from "../../shared/operands.ts";
import { imagesAt } from "../daemon/image.ts";
import { lockAliases } from "./lock.ts";

interface Values extends LockValues {
  readonly project: string;
  readonly keep: number;
  readonly force: boolean;
  readonly json: boolean;
}

/** `image prune`. */
export async function prune(values: Values, operands: readonly string[], app: App): Promise<number> {
  if (!Number.isInteger(values.keep) || values.keep < 1) {
    throw new UsageError(`-keep needs a whole number from 1, not "${values.keep}"`);
  }
  const places = operands.map((operand) => remoteOf(app, operand));
  if (new Set(places.map((place) => place.app.globals.remote)).size > 1) {
    throw new UsageError("Images of different daemons cannot be deleted in one command");
  }
  const there = places[0]?.app ?? app;
  const project = await projectOf(there, values.project);
  const only = places.map(({ name }) => name).filter((name) => name !== "");
  const find = async () => {
    const [images, instances] = await Promise.all([
      imagesAt(there, project),
      there.server().then((server) => server.instances(undefined)),
    ]);
    return prunable({ project, keep: values.keep, only }, images, instances);
  };
  const seen = await find();
  const aliases = [...new Set(seen.map(({ alias }) => alias))];
  await lockAliases(aliases, { command: "image prune", project }, values, there);
  // What was found before the locks may have got a name, or an instance.
  const found = aliases.length === 0 ? seen : (await find()).filter(({ alias }) => aliases.includes(alias));
  const asks = !values.force && found.length > 0;
  await applySteps(there, planPrune(found, project), {
    dryRun: values["dry-run"],
    ...(asks ? { confirm: () => confirm(found, there) } : {}),
    ...(values.json ? { result: () => table(found, true) } : {}),
  });
  return EXIT.ok;
}

/** Shows what goes and asks whether it may; where nobody can be asked, nothing goes. */
async function confirm(found: readonly Pruned[], app: App): Promise<boolean> {
  const what = count(found.length, "image");
  if (!app.isInteractive()) {
    throw new UsageError(`${what} would be deleted, and input and output are no terminal to ask at`, [
      "Nothing was changed.",
      "To see them: lxops image prune --plan; to delete them without a question: -force",
    ]);
  }
  const total = found.reduce((sum, { image }) => sum + (image.size ?? 0), 0);
  return await app.confirm(table(found, false).trimEnd().split("\n"), `Delete ${what} (${sizeText(total)})?`);
}

function table(found: readonly Pruned[], json: boolean): string {
  const rows = found.map(({ image, alias }) => ({
    alias,
    fingerprint: json ? image.fingerprint : image.fingerprint.slice(0, 12),
    built: builtAt(image),
    size: json ? image.size ?? 0 : sizeText(image.size ?? 0),
  }));
  return renderRows(["alias", "fingerprint", "built", "size"], rows, { json });
}

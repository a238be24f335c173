/**
 * `image prune`.
 *
 * @module
 */
import { EXIT, UsageError } from "../../../base/errors.ts";
import { count, sizeText } from "../../../base/sizes.ts";
import { planPrune, prunable, type Pruned, recipeAlias, unsealed } from "../../../plan/image/prune.ts";
import { isNamed, unfinishedStep } from "../../../plan/image/unfinished.ts";
import { finalAlias } from "../../../plan/instance/temporary_alias.ts";
import { builtAt } from "../../../plan/image/versions.ts";
import { hasOwnProfiles } from "../../../ports/daemon.ts";
import type { ImageInfo, ProfileInfo } from "../../../ports/mod.ts";
import { findUnfinished } from "../../../run/targets/strays.ts";
import type { App } from "../../command/app.ts";
import { cellsOf, checkList, isAskedFor, type ListValues, renderList } from "../../output/listing.ts";
import { renderTable } from "../../output/table.ts";
import { PRUNED } from "../../results/images.ts";
import type { RowOf } from "../../results/shape.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { readRecordSecret } from "../../shared/lifecycle/record_secret.ts";
import type { LockValues } from "../../shared/lifecycle/lock.ts";
import { projectOf, remoteOf } from "../../shared/operands.ts";
import { imagesAt } from "../daemon/image.ts";
import { lockAliases } from "./lock.ts";

/** Age from which an image without its own name counts as left by a run on another machine. */
const UNFINISHED_SECONDS = 24 * 60 * 60;

interface Values extends LockValues, ListValues {
  readonly project: string;
  readonly keep: number;
  readonly force: boolean;
}

/** Runs `image prune`. */
export async function prune(values: Values, operands: readonly string[], app: App): Promise<number> {
  if (!Number.isInteger(values.keep) || values.keep < 1) {
    throw new UsageError(`--keep needs a whole number from 1, not "${values.keep}"`);
  }
  checkList(PRUNED, values);
  const places = operands.map((operand) => remoteOf(app, operand));
  if (new Set(places.map((place) => place.app.globals.remote)).size > 1) {
    throw new UsageError("Images of different daemons cannot be deleted in one command");
  }
  const there = places[0]?.app ?? app;
  const project = await projectOf(there, values.project);
  const only = places.map(({ name }) => name).filter((name) => name !== "");
  const secret = await readRecordSecret(app.host);
  const options = { project, keep: values.keep, only, secret };
  const find = async () => {
    const server = await there.server();
    const [images, instances, profiles] = await Promise.all([
      imagesAt(there, project),
      server.instances(undefined),
      profilesOf(project, there),
    ]);
    const users = { instances, profiles };
    const age = { now: new Date(), olderSeconds: UNFINISHED_SECONDS };
    return {
      pruned: prunable(options, images, users),
      foreign: unsealed(options, images, users),
      unfinished: (await findUnfinished(images, there.host, age)).filter(({ names }) =>
        only.length === 0 || names.some((one) => only.includes(recipeAlias(finalAlias(one))))
      ),
    };
  };
  const seen = await find();
  const aliases = [...new Set(seen.pruned.map(({ alias }) => alias))];
  await lockAliases(aliases, { command: "image prune", project }, values, there);
  // Images that were found before the locks may have got a name or an instance.
  const { pruned, unfinished, foreign } = aliases.length === 0 ? seen : await find();
  if (foreign.length > 0) tellForeign(foreign, there);
  const found = [
    ...pruned.filter(({ alias }) => aliases.includes(alias)),
    ...unfinished.filter((one) => !isNamed(one)).map(({ image, names }) => ({
      image,
      alias: names.join(", "),
    })),
  ];
  const asks = !values.force && found.length > 0;
  const steps = [
    ...planPrune(pruned.filter((one) => found.includes(one)), project),
    ...unfinished.map((one) => unfinishedStep(project, one)),
  ];
  const result = isAskedFor(values) ? await renderList(there, PRUNED, rowsOf(found), values) : undefined;
  await applySteps(there, steps, {
    dryRun: values["dry-run"],
    ...(asks ? { confirm: () => confirm(found, there) } : {}),
    ...(result === undefined ? {} : { result: () => result }),
  });
  return EXIT.ok;
}

/** Returns the profiles of all projects, where definitions of pools may be: projects may have the images of another. */
async function profilesOf(project: string, app: App): Promise<readonly ProfileInfo[]> {
  const server = await app.server();
  const own = (await server.projects()).filter(hasOwnProfiles).map(({ name }) => name);
  return (await Promise.all([...new Set([...own, project])].map((name) => server.profiles(name)))).flat();
}

function tellForeign(images: readonly ImageInfo[], app: App): void {
  app.complain(
    `lxops: note: left alone, as this user's lxops has not built them here: ` +
      `${images.map(({ fingerprint }) => fingerprint.slice(0, 12)).join(", ")}; ` +
      "to delete one: lxops image delete IMAGE",
  );
}

/** An image to delete, and the name that it was made for. */
type Shown = Pick<Pruned, "image" | "alias">;

/** Lists the images to delete and asks for confirmation; without a terminal nothing is deleted. */
async function confirm(found: readonly Shown[], app: App): Promise<boolean> {
  const what = count(found.length, "image");
  if (!app.isInteractive()) {
    throw new UsageError(`${what} would be deleted, and input and output are no terminal to ask at`, [
      "Nothing was changed.",
      "To see them: lxops image prune --plan; to delete them without a question: --force",
    ]);
  }
  const total = found.reduce((sum, { image }) => sum + (image.size ?? 0), 0);
  return await app.confirm(table(found).trimEnd().split("\n"), `Delete ${what} (${sizeText(total)})?`);
}

function rowsOf(found: readonly Shown[]): readonly RowOf<typeof PRUNED>[] {
  return found.map(({ image, alias }) => ({
    alias,
    fingerprint: image.fingerprint,
    built: builtAt(image),
    size: image.size ?? 0,
  }));
}

function table(found: readonly Shown[]): string {
  const cells = rowsOf(found).map((row) => cellsOf(row, PRUNED.columns, PRUNED));
  return renderTable(cells, { head: PRUNED.columns });
}

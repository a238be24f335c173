/**
 * `image update`: images are built or copied again where their source has changed.
 *
 * @module
 */
import { EXIT, InterruptedError, LxopsError } from "../../../base/errors.ts";
import { type BuiltImage, builtImage, IMAGE_PROPERTIES as KEYS } from "../../../plan/image/properties.ts";
import { withOwnNotes } from "../../../plan/image/seal.ts";
import { copiesOf, planRefresh, updatable, type Updated } from "../../../plan/image/update.ts";
import type { ImageInfo } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import { errorText, printable } from "../../output/output.ts";
import { checkList, isAskedFor, printList } from "../../output/listing.ts";
import { BUILT, UPDATES } from "../../results/images.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { readRecordSecret } from "../../shared/lifecycle/record_secret.ts";
import { locks } from "../../shared/lifecycle/lock.ts";
import { oneList } from "../../shared/one_list.ts";
import { checkParallel, projectOf } from "../../shared/operands.ts";
import { build, isOutdated } from "./build.ts";
import { optionsOf, parametersOf } from "./build_notes.ts";
import type { BuiltRow } from "./build_results.ts";
import type { BuildValues } from "./build_options.ts";
import { movedCopies } from "./moved.ts";

/** Values of the flags of `image update`. */
interface Values extends
  Omit<
    BuildValues,
    "alias" | "check" | "host-key" | "serial" | "compression" | "split" | "export" | "adopt"
  > {
  readonly "check-only": boolean;
}

/** Runs `image update`. */
export async function update(values: Values, names: readonly string[], app: App): Promise<number> {
  checkParallel(values);
  checkList(values["check-only"] ? UPDATES : BUILT, values);
  const project = await projectOf(app, values.project);
  const [found, secret] = await Promise.all([
    app.server().then((server) => server.images(project)),
    readRecordSecret(app.host),
  ]);
  const images = withOwnNotes(found, secret);
  const foreign = foreignIn(found, images);
  const updated = updatable(names, images, new Set(foreign));
  if (names.length === 0 && foreign.length > 0) tellForeign(foreign, app);
  if (values["check-only"]) return await check(updated, images, { ...values, project }, app);
  // A dry run prints its script, and nothing else.
  const isListed = isAskedFor(values) && locks({ ...values, "no-lock": false });
  const list = oneList();
  const there = isListed ? list.through(app) : app;
  const given = { ...values, project, ...isListed ? { json: true, format: "", columns: "" } : {} };
  const copies = copiesOf(updated, images);
  let isReal = false;
  if (copies.length > 0 || updated.length === 0) {
    await applySteps(app, planRefresh(copies, project), {
      dryRun: values["dry-run"],
      result: () => {
        isReal = true;
        return "";
      },
    });
  }
  let code: number = isReal && await areStale(copies, project, app) ? EXIT.differs : EXIT.ok;
  for (const { alias, built } of updated) {
    if (!built || code === EXIT.interrupted) continue;
    const properties = Object.entries(optionsOf(built).properties ?? {}).map(([key, value]) =>
      `${key}=${value}`
    );
    const ended = await goingOn(
      alias,
      () => build(buildValues(built, given), [built.recipe, ...properties], there, { repeats: true }),
      app,
    );
    if (ended !== EXIT.ok) code = ended;
  }
  if (isListed) await printList(app, BUILT, list.rows() as readonly BuiltRow[], values);
  return code;
}

/** Returns the names of images whose build another user noted. */
function foreignIn(found: readonly ImageInfo[], own: readonly ImageInfo[]): readonly string[] {
  return found.filter((image, index) => builtImage(image.properties) && image !== own[index])
    .filter(({ properties }) => properties[KEYS.level] === undefined)
    .flatMap(({ aliases }) => aliases);
}

function tellForeign(names: readonly string[], app: App): void {
  app.complain(printable(
    `lxops: note: left out, as this user's lxops has not built them here: ${names.join(", ")}; ` +
      "to build one: lxops image build --alias NAME FILE",
  ));
}

/**
 * Runs an action for one image. If it fails, the error is printed and its exit code returned, so that the others
 * continue.
 */
async function goingOn(alias: string, act: () => Promise<number>, app: App): Promise<number> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof LxopsError) || error instanceof InterruptedError || app.signal.aborted) {
      throw error;
    }
    app.complain(errorText(`lxops: image ${alias}`, error));
    return error.exitCode;
  }
}

/** Tells whether the daemon still has old copies, and says why: it looks at the list of a server once an hour. */
async function areStale(copies: readonly ImageInfo[], project: string, app: App): Promise<boolean> {
  const there = new Set((await (await app.server()).images(project)).map(({ fingerprint }) => fingerprint));
  const left = copies.filter(({ fingerprint }) => there.has(fingerprint));
  const moved = await movedCopies(left, app);
  for (const { fingerprint, aliases, origin } of left.filter((copy) => moved.has(copy.fingerprint))) {
    app.complain(printable(
      `lxops: image ${
        aliases[0] ?? fingerprint.slice(0, 12)
      } is still the old one: "${origin?.server}" has a newer ` +
        "one, which the daemon does not know yet, as it keeps the list of a server for an hour",
    ));
  }
  return moved.size > 0;
}

/** Returns the flags of a build that repeats an earlier one. */
function buildValues(built: BuiltImage, values: Values): BuildValues {
  const { check = [], "host-key": hostKey = "new", compression = "", split = false, vm = false, set = [] } =
    optionsOf(built);
  return {
    ...values,
    ...{ check, compression, split, vm, "host-key": hostKey, alias: built.alias },
    ...{ serial: "", export: "", adopt: false },
    // The present flags come last.
    P: [...parametersOf(built), ...values.P],
    set: [...set, ...values.set ?? []],
  };
}

/** Prints which images are out of date; exits with 10 if there are any. */
async function check(
  updated: readonly Updated[],
  images: readonly ImageInfo[],
  values: Values,
  app: App,
): Promise<number> {
  const moved = await movedCopies(copiesOf(updated, images), app);
  const rows: { readonly alias: string; readonly state: string }[] = [];
  const stale = new Set<string>();
  let failed: number = EXIT.ok;
  for (const { alias, image, built } of updated) {
    const isMoved = moved.has(built?.base ?? image.fingerprint) || stale.has(built?.baseAlias ?? "");
    const properties = built ? optionsOf(built).properties ?? {} : {};
    const path = built?.recipe ?? "";
    let isStale = isMoved;
    const ended = isMoved || built === undefined ? EXIT.ok : await goingOn(alias, async () => {
      isStale = await isOutdated(buildValues(built, values), { path, properties }, app);
      return EXIT.ok;
    }, app);
    if (ended !== EXIT.ok) failed = ended;
    if (isStale) stale.add(alias);
    rows.push({ alias, state: ended !== EXIT.ok ? "failed" : isStale ? "outdated" : "current" });
  }
  await printList(app, UPDATES, rows, values);
  if (failed !== EXIT.ok) return failed;
  return stale.size > 0 ? EXIT.differs : EXIT.ok;
}

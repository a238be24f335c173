/**
 * `plan`.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import { changeRows, changesJson, changesText } from "../../../plan/changes/text.ts";
import { hasGivenUp } from "../../../plan/instance/given_up.ts";
import { roleOf } from "../../../plan/instance/spare.ts";
import { objectKey, type Target, type World } from "../../../plan/world.ts";
import type { App } from "../../command/app.ts";
import { checkList, type ListValues, printResult } from "../../output/listing.ts";
import { printable } from "../../output/output.ts";
import { PLAN_ROWS } from "../../results/changes.ts";
import { sourcesFor } from "../../places/file_sources.ts";
import { type Closed, endWith } from "./closed.ts";
import { type Compared, compareReadable } from "./compare.ts";
import { tellFrozen, tellGone } from "./up_after.ts";
import { checkDirectoryNames } from "../../shared/lifecycle/directory_names.ts";
import { type ConfigValues, givenFlags } from "../../shared/target_options.ts";

/** Values of the flags of `plan`. */
export type PlanValues = ConfigValues & ListValues & { readonly "show-secrets": boolean };

/** Runs `plan`. */
export async function plan(values: PlanValues, operands: readonly string[], own: App): Promise<number> {
  return await showChanges(values, operands, own);
}

/** Runs `status`. */
export async function status(
  values: PlanValues & { readonly guest: boolean; readonly diff: boolean },
  operands: readonly string[],
  own: App,
): Promise<number> {
  const { guest, diff } = values;
  return await showChanges(values, operands, own, { guest: guest || diff, diff });
}

/** Shows how instances differ from their configurations, and from what lxops made in them. */
async function showChanges(
  values: PlanValues,
  operands: readonly string[],
  own: App,
  inside: { readonly guest: boolean; readonly diff: boolean } = { guest: false, diff: false },
): Promise<number> {
  checkList(PLAN_ROWS, values);
  const { sources, app } = await sourcesFor(operands, values, own);
  const closed: Closed = new Map();
  const { compared: all, world, wrong } = await compareReadable(values, sources, app, {
    showSecrets: values["show-secrets"],
    ...(inside.guest ? { guest: "show", closed } : {}),
  });
  const compared = all.filter(({ target: { instance: { project, name } } }) =>
    !closed.has(objectKey(project, name))
  );
  await checkDirectoryNames(compared.map(({ target }) => target), world, { action: "plan changes of" }, app);
  const targets = compared.map(({ target }) => target);
  if (values.name === "") {
    const { earlierNames } = await import("../../../plan/checks/renamed.ts");
    for (const note of targets.flatMap((target) => earlierNames(target, targets, world))) {
      app.complain(printable(`note: ${note}`));
    }
  }
  await tellFrozen(compared, app);
  await tellGone(compared, world, app);
  const open = await unfinished(targets, world);
  for (const target of open) {
    app.complain(printable(
      `note: An earlier rebuild of "${target.instance.name}" was not finished; to go on with it or remove what it ` +
        "left: lxops up",
    ));
  }
  const { withRestarts } = await import("../../../plan/changes/dependents.ts");
  const followed = withRestarts(compared, world, { restart: false, rebuild: false });
  if (inside.guest) tellClosed(compared, app);
  const shown = await Promise.all(followed.map(async ({ target, comparison, read: { guest } }) => ({
    instance: target.instance,
    ...comparison,
    ...(guest ? { guest } : {}),
    ...(guest && inside.diff ? { diffs: await diffsOf(comparison.info!, guest, app) } : {}),
  })));
  const given = givenFlags(values);
  await printResult(app, PLAN_ROWS, {
    whole: changesJson(shown, given),
    rows: changeRows(shown),
    text: () => changesText(shown, given).split("\n").map(printable).join("\n"),
  }, values);
  const isSame = open.length === 0 && shown.every(({ changes }) => changes.length === 0);
  return endWith(wrong.length > 0 ? EXIT.config : isSame ? EXIT.ok : EXIT.differs, closed, app);
}

/** Notes the instances that lxops cannot look into. */
function tellClosed(compared: readonly Compared[], app: App): void {
  for (const { comparison: { info }, items, read } of compared) {
    if (!info || items.length === 0 || read.guest) continue;
    app.complain(printable(`note: ${info.name} does not run, so nothing in it is compared`));
  }
}

async function diffsOf(...asked: Parameters<typeof import("./inside.ts").diffsInside>) {
  return await (await import("./inside.ts")).diffsInside(...asked);
}

/** Returns the targets whose rebuild was cut off. */
async function unfinished(targets: readonly Target[], world: World): Promise<readonly Target[]> {
  const hasParts = [...world.instances.values()].some((info) =>
    roleOf(info) !== undefined || hasGivenUp(info) || info.name.includes("-lxops-")
  );
  if (!hasParts) return [];
  const { leftovers } = await import("../../../plan/lifecycle/rebuild/unfinished_swap.ts");
  return targets.filter((target) => leftovers(target, world) !== undefined);
}

/**
 * `plan`.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import { changesJson, changesText } from "../../../plan/changes/text.ts";
import type { App } from "../../command/app.ts";
import { printable, printableJson } from "../../output/output.ts";
import { compareAll, sourcesFor } from "./compare.ts";
import { checkDirectoryNames } from "../../shared/lifecycle/directory_names.ts";
import { type ConfigValues, tellGiven } from "../../shared/target_options.ts";

/** `plan`. */
export async function plan(
  values: ConfigValues & { readonly json: boolean; readonly "show-secrets": boolean },
  operands: readonly string[],
  own: App,
): Promise<number> {
  tellGiven(values, own);
  const { sources, app } = await sourcesFor(operands, values, own);
  const { compared, world } = await compareAll(values, sources, app, { showSecrets: values["show-secrets"] });
  await checkDirectoryNames(compared.map(({ target }) => target), world, { action: "plan changes of" }, app);
  const targets = compared.map(({ target }) => target);
  if (values.name === "") {
    const { earlierNames } = await import("../../../plan/checks/renamed.ts");
    for (const note of targets.flatMap((target) => earlierNames(target, targets, world))) {
      app.complain(printable(`note: ${note}`));
    }
  }
  const { withRestarts } = await import("../../../plan/changes/dependents.ts");
  const followed = withRestarts(compared, world, { restart: false, rebuild: false });
  const all = followed.map(({ target, comparison }) => ({ instance: target.instance, ...comparison }));
  app.print(
    values.json
      ? `${printableJson(changesJson(all))}\n`
      : changesText(all).split("\n").map(printable).join("\n"),
  );
  return all.every(({ changes }) => changes.length === 0) ? EXIT.ok : EXIT.differs;
}

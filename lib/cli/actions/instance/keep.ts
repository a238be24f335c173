/**
 * `instance keep`.
 *
 * @module
 */
import { resolve } from "@std/path";
import { EXIT, UsageError } from "../../../base/errors.ts";
import type { Keeping } from "../../../step/provision.ts";
import type { App } from "../../command/app.ts";
import { applyEffect } from "../../shared/apply_steps.ts";
import { missingInstance, placeOf } from "../../shared/operands.ts";

interface Values {
  readonly project: string;
  readonly "dry-run": boolean;
  readonly store: string;
  readonly restore: string;
  readonly from: string;
}

/** Runs `instance keep`. */
export async function keep(values: Values, [name, ...paths]: readonly string[], app: App): Promise<number> {
  const { store, restore, from } = values;
  const place = await placeOf(app, name!, values.project);
  const common = { keep: paths, instance: place.ref };
  let keeping: Keeping;
  if (from !== "" && restore === "") {
    const other = { ...place.ref, name: from };
    keeping = { ...common, how: "move", from: other, ...(store === "" ? {} : { store }) };
  } else if (restore !== "" && from === "" && store === "") {
    keeping = { ...common, how: "restore", path: resolve(app.host.cwd, restore) };
  } else if (store !== "" && restore === "") keeping = { ...common, how: "save", store };
  else throw new UsageError("--store, --restore or --from says what to do");
  if (!await (await place.app.server()).instance(place.ref)) throw await missingInstance(place);
  await applyEffect(place.app, `Keep files of ${name}`, { kind: "keep", ...keeping }, {
    dryRun: values["dry-run"],
  });
  return EXIT.ok;
}

/**
 * `run --sweep` and `run --discard`: removes throw-away instances, and images that were not finished.
 *
 * @module
 */
import { EXIT, refuse, UsageError } from "../../../base/errors.ts";
import { missing } from "../../../base/missing.ts";
import { runOf } from "../../../plan/instance/throw_away.ts";
import { planUnfinished } from "../../../plan/image/unfinished.ts";
import { leftProfiles } from "../../../plan/instance/resolve/ephemeral.ts";
import { planDiscard, planSweep } from "../../../plan/throwaway/sweep.ts";
import { findStrays, findUnfinished } from "../../../run/targets/strays.ts";
import type { App } from "../../command/app.ts";
import { applyPlan } from "../../shared/apply_steps.ts";
import { withoutLeftProfiles } from "../../shared/lifecycle/left_profiles.ts";
import { projectOf } from "../../shared/operands.ts";
import { durationOf } from "./time_limits.ts";
import type { RunValues } from "./values.ts";

/** Removes leftovers of runs, or the one named instance. */
export async function sweep(values: RunValues, operands: readonly string[], app: App): Promise<number> {
  if (operands.length > 0) throw new UsageError("--sweep and --discard take no program");
  const project = await projectOf(app, values.project);
  const server = await app.server();
  const infos = await server.instances(project);
  const olderSeconds = durationOf("older", values.older);
  const age = { now: new Date(), ...(olderSeconds === undefined ? {} : { olderSeconds }) };
  const found = values.discard === ""
    ? await findStrays(infos, app.host, age)
    : infos.filter(({ name }) => name === values.discard);
  if (values.discard !== "") {
    const [one] = found;
    if (!one) throw missing("instance", values.discard, { known: infos.map(({ name }) => name) });
    if (runOf(one) === undefined) {
      throw refuse(`Cannot discard instance "${one.name}"`, "no run of lxops made it", [
        `To delete it: lxops down ${one.name}`,
      ]);
    }
  }
  const profiles = values.discard === ""
    ? leftProfiles(project, { instances: infos, profiles: await server.profiles(project) })
    : [];
  const images = values.discard === ""
    ? planUnfinished(project, await findUnfinished(await server.images(project), app.host, age))
    : [];
  const left = await withoutLeftProfiles(profiles, "run --sweep", values, app);
  const instances = values.discard === "" ? planSweep(found) : found.map(planDiscard);
  await applyPlan(app, { first: [], each: [...instances, ...images, ...left] }, {
    dryRun: values["dry-run"],
    parallel: 8,
    several: false,
  });
  return EXIT.ok;
}

/**
 * Brings the old instance of a rebuild back.
 *
 * @module
 */
import { returnEffects } from "../../plan/lifecycle/return.ts";
import { isPartOf } from "../../plan/instance/reserved_names.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import type { Return } from "../../step/step.ts";
import { untilBack } from "../wait/away.ts";
import { perform, type Run } from "./perform.ts";

/** Note for the user while a daemon does not answer. */
const AWAY = "the daemon does not answer or is not ready; trying for a minute to bring the old instance back";

/**
 * Looks at the instances of a rebuild and brings the old one back. What failed may have been a daemon that restarts:
 * tries again until it is there, each time from what there is by then.
 */
export async function bringBack(wanted: Return, run: Run): Promise<void> {
  const { report, instance } = run;
  await untilBack(
    () => once(wanted, run),
    run.signal,
    () => report({ kind: "note", instance, text: AWAY }),
  );
}

/** Leaves out an instance that another one's rebuild made. */
function ours(info: InstanceInfo | undefined, { name }: InstanceRef): InstanceInfo | undefined {
  return info && isPartOf(info, name) !== "no" ? info : undefined;
}

async function once(wanted: Return, run: Run): Promise<void> {
  const { server } = run.controls;
  const { instance: ref, made, old } = wanted;
  const [present, fresh, former] = await Promise.all([
    server.instance(ref),
    server.instance({ ...ref, name: made }),
    server.instance({ ...ref, name: old }),
  ]);
  const parts = { made: ours(fresh, ref), old: ours(former, ref) };
  for (const effect of returnEffects({ present, ...parts }, wanted)) {
    await perform(effect, run);
  }
}

/**
 * Brings the old instance of a rebuild back.
 *
 * @module
 */
import { returnEffects } from "../../plan/lifecycle/return.ts";
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

async function once(wanted: Return, run: Run): Promise<void> {
  const { server } = run.controls;
  const { instance: ref, made, old } = wanted;
  const [present, fresh, former] = await Promise.all([
    server.instance(ref),
    server.instance({ ...ref, name: made }),
    server.instance({ ...ref, name: old }),
  ]);
  for (const effect of returnEffects({ present, made: fresh, old: former }, wanted)) {
    await perform(effect, run);
  }
}

/**
 * Brings the old instance of a rebuild back.
 *
 * @module
 */
import { returnEffects } from "../../plan/lifecycle/rebuild/return.ts";
import { isMac } from "../../plan/instance/exclusive_settings.ts";
import { isPartOf } from "../../plan/instance/reserved_names.ts";
import { stopEffect } from "../../plan/instance/power/stop.ts";
import { startInstance } from "../../plan/requests/instances.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { sendEffect } from "../../step/build.ts";
import type { Return } from "../../step/step.ts";
import { untilBack } from "../wait/away.ts";
import { perform, type Run } from "./perform.ts";

/** Note for the user while a daemon does not answer. */
const AWAY = "the daemon does not answer or is not ready; trying for a minute to bring the old instance back";

/**
 * Looks at the instances of a rebuild and brings the old one back. The failure may have been a restart of the daemon:
 * tries again until it answers, each time from a new look.
 */
export async function bringBack(wanted: Return, run: Run): Promise<void> {
  const { report, instance } = run;
  await untilBack(
    () => once(wanted, run),
    run.signal,
    () => report({ kind: "note", instance, text: AWAY }),
  );
  if (wanted.start) await withItsAddresses(wanted, run);
}

/**
 * Restarts an old instance whose network interfaces have other MAC addresses than its settings: a daemon that restarts
 * may have started it before it had its addresses again.
 */
async function withItsAddresses({ instance: ref, stopSeconds }: Return, run: Run): Promise<void> {
  const { server } = run.controls;
  const [info, state] = await Promise.all([server.instance(ref), server.instanceState(ref)]);
  const own = [
    ...Object.entries(info?.config ?? {}).filter(([key]) => isMac(key)).map(([, address]) => address),
    ...Object.values(info?.expandedDevices ?? {}).flatMap(({ hwaddr }) => hwaddr ?? []),
  ].map((address) => address.toLowerCase());
  const isOther = state?.addresses.some(({ hostInterface, hwaddr }) =>
    hostInterface !== undefined && hwaddr !== undefined && own.length > 0 &&
    !own.includes(hwaddr.toLowerCase())
  );
  if (!isOther) return;
  await perform(stopEffect(ref, stopSeconds), run);
  await perform(sendEffect(startInstance(ref), { already: "already running" }), run);
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

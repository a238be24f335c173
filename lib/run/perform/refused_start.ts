/**
 * A start that the daemon refuses. Both daemons read the files of an instance that does not run by a helper that stays
 * for 15 s. They end it when the instance starts, but do not find it after a rename, and the start then waits for it.
 * The guard of an instance refuses a start too early for that: before the helper ends. A device that is missing does
 * so after it, and before anything of the instance runs.
 *
 * @module
 */
import { ServerError, StateError } from "../../base/errors.ts";
import { noteOf } from "../../plan/instance/given_up.ts";
import { GUARDS, roleOf } from "../../plan/instance/spare.ts";
import { killInstance, patchInstance, putInstance, startInstance } from "../../plan/requests/instances.ts";
import type { InstanceInfo, InstanceRef, Request } from "../../ports/mod.ts";
import { sendUntilFree } from "../wait/busy.ts";
import type { Run } from "./perform.ts";

const DEVICE = "lxops-refused-start";
/** A device of the host that does not exist. */
const MISSING = {
  type: "unix-char",
  source: "/dev/lxops-refused-start",
  path: "/dev/lxops-refused-start",
  required: "true",
} as const;

/** Ends the helper that reads the files of a new instance of a rebuild; others are left alone. */
export async function endFileReader(
  ref: InstanceRef,
  { controls: { server, control }, signal }: Run,
): Promise<void> {
  const send = async (request: Request) => await sendUntilFree(() => control.send(request, signal), signal);
  const info = await server.instance(ref);
  if (!info || !isNew(info)) return;
  const guards = Object.entries(info.config).filter(([key, value]) => GUARDS[key] === value);
  const own = noteOf(info);
  const lifted = Object.fromEntries(guards.map(([key]) => [key, own[key] ?? ""]));
  await send(patchInstance(ref, { config: lifted, devices: { [DEVICE]: MISSING } }));
  if (!await isRefused(() => send(startInstance(ref)))) {
    await send(killInstance(ref));
    throw new StateError(`The daemon started instance "${ref.name}" without a device that it requires`);
  }
  // No change of some settings removes a device. The refused start may have set others.
  const now = await server.instance(ref) ?? info;
  const { [DEVICE]: _missing, ...devices } = now.devices;
  await send(putInstance(ref, {
    architecture: now.architecture,
    config: { ...now.config, ...Object.fromEntries(guards) },
    description: now.description,
    devices,
    ephemeral: now.ephemeral,
    profiles: now.profiles,
  }));
}

/** Tells whether an instance is a new one of a rebuild that does not serve yet. */
function isNew(info: InstanceInfo): boolean {
  const role = roleOf(info);
  return (role === "unfinished" || role === "new") && info.status === "Stopped" && info.type === "container";
}

/** Tells whether the daemon refuses to start an instance. */
async function isRefused(start: () => Promise<void>): Promise<boolean> {
  try {
    await start();
    return false;
  } catch (error) {
    if (!(error instanceof ServerError) || error.status === 0) throw error;
    return true;
  }
}

/**
 * Notes of `check`: that checks have passed which had not since the last change of their instance.
 *
 * @module
 */
import { LxopsError } from "../../../base/errors.ts";
import { decodeRecord, encodeRecord, RECORD_MARK } from "../../../plan/record/record.ts";
import { patchInstance } from "../../../plan/requests/instances.ts";
import { objectKey, refOf, type Target, type World } from "../../../plan/world.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import { send } from "../../../step/build.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";
import { lockPlaces } from "../../shared/lifecycle/lock.ts";

/** Tells whether the record of a target's instance says that its checks have not passed. */
export function isUnchecked({ instance: { project, name } }: Target, world: World): boolean {
  return isNoted(world.instances.get(objectKey(project, name)));
}

function isNoted(info: InstanceInfo | undefined): boolean {
  return decodeRecord(info?.config[RECORD_MARK])?.unchecked === true;
}

/** Writes into the records of instances that their checks have passed. A note says where that is not possible. */
export async function recordPassed(targets: readonly Target[], app: App): Promise<void> {
  const places = targets.map(({ instance }) => ({ app, ref: refOf(instance) }));
  try {
    await lockPlaces(places, "check", { "dry-run": false });
    const server = await app.server();
    // Another run may have changed it until it was locked.
    const infos = await Promise.all(places.map(({ ref }) => server.instance(ref)));
    const each = infos.flatMap((info): InstancePlan[] => {
      if (!info || !isNoted(info)) return [];
      const { unchecked: _passed, ...record } = decodeRecord(info.config[RECORD_MARK])!;
      const instance = { project: info.project, name: info.name };
      const request = patchInstance(instance, { config: { [RECORD_MARK]: encodeRecord(record) } });
      return [{
        instance,
        steps: [send(`Record that the checks of instance ${info.name} have passed`, request)],
      }];
    });
    const options = { dryRun: false, parallel: 8, undoOnFailure: false, verbose: false, quiet: true };
    const [failure] = each.length === 0 ? [] : await app.apply({ first: [], each }, options);
    if (failure) throw failure.error;
  } catch (error) {
    if (!(error instanceof LxopsError)) throw error;
    app.complain(
      printable(`note: The checks have passed, and the next lxops up runs them again: ${error.message}`),
    );
  }
}

/**
 * Plans the removal of the own profiles that ephemeral instances have left.
 *
 * @module
 */
import { send } from "../../step/build.ts";
import type { InstancePlan } from "../../step/step.ts";
import type { LeftProfile } from "../instance/resolve/ephemeral.ts";
import { deleteProfile } from "../requests/instances.ts";

/** Plans the removal of profiles; the daemon refuses it where something has come to use one. */
export function planProfiles(left: readonly LeftProfile[]): InstancePlan[] {
  return left.map(({ profile, instance }) => ({
    instance,
    notes: [`Instance "${instance.name}" was ephemeral and is gone; its profile "${profile}" is removed`],
    steps: [
      send(
        `Remove profile ${profile} of instance ${instance.name}, which is gone`,
        deleteProfile(instance.project, profile),
        {
          already: "not found",
          removes: [{ kind: "profile", project: instance.project, name: profile }],
        },
      ),
    ],
  }));
}

/**
 * Instances that are parts in the rebuild of a target's instance. A mark names their instance; parts of an earlier
 * lxops have none, and count only where everything else fits.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { hasGivenUp } from "../instance/given_up.ts";
import { CONFIG_MARK, hasMark, hasOwnProfile } from "../instance/ownership.ts";
import { findNamed, isPartOf } from "../instance/reserved_names.ts";
import { OF_MARK, roleOf } from "../instance/spare.ts";
import type { Target, World } from "../world.ts";

/** Returns the instance of a target, and then the parts in its rebuild, also one whose name was cut. */
export function findInstances(
  instances: Iterable<InstanceInfo>,
  target: Pick<Target, "instance">,
): readonly InstanceInfo[] {
  const { name, project } = target.instance;
  return findNamed(
    [...instances].filter((info) => info.project === (project || "default")),
    name,
    (info) => belonging(info, target) === "yes",
  );
}

/**
 * Returns the parts in the rebuild of a target's instance.
 *
 * @throws {StateError} where one may be that of another instance
 */
export function partsOf(target: Target, world: World): readonly InstanceInfo[] {
  const { name, project } = target.instance;
  for (const info of world.instances.values()) {
    if (info.project !== (project || "default") || belonging(info, target) !== "perhaps") continue;
    // An instance without marks of lxops belongs to neither.
    if (hasMark(info)) throw unclear(info, target, world);
  }
  return findInstances(world.instances.values(), target)
    .filter((info) => info.name !== name && isLeft(info, target));
}

/** Lists the spares of a target, the youngest first. */
export function sparesOf(target: Target, world: World): readonly InstanceInfo[] {
  return partsOf(target, world).filter((info) => roleOf(info) === "spare")
    .toSorted((a, b) => a.createdAt < b.createdAt ? 1 : -1);
}

function belonging(info: InstanceInfo, target: Pick<Target, "instance">): "yes" | "perhaps" | "no" {
  const { name, ownProfile } = target.instance;
  const known = isPartOf(info, name);
  if (known !== "perhaps") return known;
  const fits = ownProfile.includes(name) && hasOwnProfile(info, target) && isSameConfig(info, target);
  return fits ? "yes" : "perhaps";
}

/** Tells whether lxops left an instance that has the name of a part, and not a user who chose that name. */
function isLeft(info: InstanceInfo, target: Target): boolean {
  return (info.config[OF_MARK] ?? "") !== "" || roleOf(info) !== undefined || hasGivenUp(info) ||
    hasOwnProfile(info, target) || isSameConfig(info, target);
}

function isSameConfig(info: InstanceInfo, { instance }: Pick<Target, "instance">): boolean {
  return info.config[CONFIG_MARK] === instance.config.file;
}

function unclear(info: InstanceInfo, { instance }: Target, { backend }: World): Error {
  const project = info.project === "default" ? "" : ` --project ${quote(info.project)}`;
  return refuse(
    `Cannot tell whether instance "${info.name}" is a part in the rebuild of "${instance.name}"`,
    "an earlier lxops cut its name, so that it may be of another instance whose name begins in the same way",
    [
      `If it is a part of this one: ${backend.client} config set ${quote(info.name)} ${OF_MARK}=${
        quote(instance.name)
      }${project}`,
      "If it is a part of another one: the same with the name of the other one",
    ],
  );
}

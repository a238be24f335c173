/**
 * Refusals of `rename`.
 *
 * @module
 */
import { refuse, type StateError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import { partsOf } from "../checks/rebuild_parts.ts";
import { isAside } from "../instance/spare.ts";
import type { Target, World } from "../world.ts";

/** Refuses a rename that would leave spares or leftovers of a rebuild under the old name. */
export function refuseParts(target: Target, to: InstanceRef, world: World): void {
  const parts = partsOf(target, world);
  if (parts.length === 0) return;
  const { name, project, file } = target.instance;
  const left = parts.filter((one) => !isAside(one));
  const names = (left.length > 0 ? left : parts).map((one) => `"${one.name}"`).join(", ");
  const words = `--name ${quote(name)}${
    project && project !== "default" ? ` --project ${quote(project)}` : ""
  } ${quote(file)}`;
  throw refuse(
    `Cannot rename "${name}" to "${to.name}"`,
    left.length > 0 ? `an unfinished rebuild left ${names}` : `a rebuild kept ${names} beside it`,
    [
      left.length > 0
        ? `To continue it: lxops rebuild --resume ${words}`
        : `To delete it: lxops prune ${words}`,
    ],
  );
}

/** Reasons against a rename. */
interface Reasons {
  readonly existing: readonly string[];
  readonly problems: readonly string[];
}

/** Returns the refusal of a rename with its reasons. */
export function refused(from: InstanceRef, to: InstanceRef, { existing, problems }: Reasons): StateError {
  const kind = problems.length === 0 ? "exists" : "state";
  return refuse(
    `Cannot rename "${from.name}" to "${to.name}"`,
    [...existing, ...problems].join(", "),
    problems.length > 0
      ? ["Change what is in the way, and run the same command again"]
      : ["Choose another name, or move away what has this one"],
    kind,
  );
}

/** Returns the refusal to rename an instance that runs. */
export function running(info: InstanceInfo): StateError {
  return refuse(`Cannot rename instance "${info.name}"`, `it is ${info.status.toLowerCase()}`, [
    "To stop it first and start it again afterwards, add --force",
  ]);
}

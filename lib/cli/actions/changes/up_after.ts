/**
 * Instances that come before others (`after` in the configuration of these) and are no operands of `up`.
 *
 * @module
 */
import { refuse } from "../../../base/errors.ts";
import { isHalted } from "../../../plan/instance/power/freezing.ts";
import { checkSteps } from "../../../plan/lifecycle/checks.ts";
import { objectKey, type Target, type World } from "../../../plan/world.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";
import type { FoundPlace, PlaceValues } from "../../places/places.ts";
import { withTargets } from "../../places/sources.ts";

/** An instance that is no operand and must run before a target changes. */
interface Awaited {
  readonly target: Target;
  readonly info: InstanceInfo;
  readonly until: "started" | "healthy";
}

/** Prints a note about frozen instances, which no other change thaws. */
export async function tellFrozen(
  compared: readonly { readonly comparison: { readonly info?: InstanceInfo } }[],
  app: App,
): Promise<void> {
  const frozen = compared.flatMap(({ comparison: { info } }) => info && isHalted(info) ? info : []);
  if (frozen.length === 0) return;
  const { frozenNote } = await import("../../../plan/instance/power/power.ts");
  for (const info of frozen) app.complain(printable(`note: ${frozenNote(info)}`));
}

/** Notes the directories of instances that do not exist, without which these do not start. */
export async function tellGone(
  compared: readonly { readonly target: Target; readonly comparison: { readonly info?: InstanceInfo } }[],
  world: World,
  app: App,
): Promise<void> {
  if (compared.every(({ comparison: { info } }) => info === undefined)) return;
  const [{ goneDevices, goneText }, { placeOf, putAway }, { layoutOf }] = await Promise.all([
    import("../../../plan/checks/moved_devices.ts"),
    import("../../../plan/storage/create/put_away.ts"),
    import("../../../plan/checks/moved_from.ts"),
  ]);
  for (const { target } of compared) {
    const layout = layoutOf(target, world);
    for (const gone of layout ? goneDevices({ target, world }, layout) : []) {
      const { name } = target.instance;
      const place = placeOf(gone.directory, putAway(layout!, world));
      app.complain(printable(
        `note: ${name}: ${goneText(gone)}, so "${name}" does not start` +
          (place === undefined ? "" : `; a run that was cut off has left it at "${place}"`),
      ));
    }
  }
}

/** Returns the instances that targets wait for, other than targets that are not frozen and those that do not exist. */
function awaited(targets: readonly Target[], among: readonly Target[], world: World): readonly Awaited[] {
  const named = new Set(
    among.map(({ instance: { project, name } }) => objectKey(project, name)).filter((key) => {
      const info = world.instances.get(key);
      return !info || !isHalted(info);
    }),
  );
  return targets.flatMap((target) => {
    const { project, settings } = target.instance;
    return Object.entries(settings.after).flatMap(([other, { until, required }]): readonly Awaited[] => {
      const key = objectKey(project, other);
      const info = world.instances.get(key);
      if (!required || until === "completed" || named.has(key) || !info) return [];
      return [{ target, info, until: until === "healthy" ? until : "started" }];
    });
  });
}

/**
 * Refuses to change instances that wait for one that is frozen, or that is no operand and does not run.
 *
 * @throws {StateError}
 */
export function refuseStopped(targets: readonly Target[], among: readonly Target[], world: World): void {
  for (const { target, info } of awaited(targets, among, world)) {
    if (info.status === "Running") continue;
    const state = info.status === "Stopped" ? "does not run" : `is ${info.status.toLowerCase()}`;
    const go = info.status === "Frozen" ? `lxops unpause ${info.name}` : `lxops start ${info.name}`;
    throw refuse(
      `Cannot start instance "${target.instance.name}"`,
      `it comes after "${info.name}", which ${state}`,
      [
        info.status === "Stopped"
          ? `Name the file of "${info.name}", too, or let it run: ${go}`
          : `Let it run: ${go}`,
      ],
    );
  }
}

/**
 * Returns the checks of instances that are no operands, by the targets that wait until these are healthy. Those whose
 * configuration file is not known are not checked, which a note says.
 */
export async function outsideChecks(
  targets: readonly Target[],
  world: World,
  values: PlaceValues,
  app: App,
): Promise<ReadonlyMap<Target, readonly Step[]>> {
  const outside = awaited(targets, targets, world).filter(({ until }) => until === "healthy");
  const infos = [...new Set(outside.map(({ info }) => info))];
  const found = infos.map((info): FoundPlace => ({
    app,
    ref: { project: info.project, name: info.name },
    info,
  }));
  const described = infos.length === 0 ? [] : await withTargets(found, values);
  for (const { info, target } of described) {
    if (target) continue;
    app.complain(printable(
      `note: "${info.name}" is not checked, as its configuration is not known: name its file, too`,
    ));
  }
  return new Map(targets.map((target) => {
    const own = outside.filter((one) => one.target === target);
    const steps = described.flatMap((place) =>
      place.target && own.some(({ info }) => info === place.info)
        ? checkSteps(place.target, world, false).map((step) => ({
          ...step,
          title: `${step.title} of ${place.info.name}`,
        }))
        : []
    );
    return [target, steps];
  }));
}

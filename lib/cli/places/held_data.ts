/**
 * Refusal to start instances by their names while others run with the same data, as `up` refuses it.
 *
 * @module
 */
import { held, heldBy, type Holder, ownDisksOf } from "../../plan/checks/held_data.ts";
import { dataDisks } from "../../plan/instance/data_disks.ts";
import { ownDeviceNames } from "../../plan/checks/renamed.ts";
import { isNameOf } from "../../plan/instance/reserved_names.ts";
import type { World } from "../../plan/world.ts";
import { keyOf } from "../shared/subjects.ts";
import type { FoundPlace, PlaceValues } from "./places.ts";
import { withTargets } from "./sources.ts";

/**
 * Checks that no instance of either daemon which runs has the data of instances that are stopped and are to start, and
 * that no two of these have the same.
 *
 * @throws {StateError}
 */
export async function refuseHeldData(stopped: readonly FoundPlace[], values: PlaceValues): Promise<void> {
  const groups = Map.groupBy(stopped, ({ app, ref }) => `${app.globals.remote} ${ref.project || "default"}`);
  for (const group of groups.values()) await refuseGroup(group, values);
}

async function refuseGroup(group: readonly FoundPlace[], values: PlaceValues): Promise<void> {
  const { app, ref: { project } } = group[0]!;
  const isLocal = await app.isLocal();
  const [own, other] = await Promise.all([
    app.server().then((server) => server.instances(project)),
    isLocal ? app.otherDaemonInstances() : { title: "", instances: [] },
  ]);
  const running: readonly Holder[] = [
    ...own.map((info) => ({ info })),
    ...other.instances.map((info) => ({ info, title: other.title })),
  ].filter(({ info }) => info.status !== "Stopped");
  // Symbolic links give one directory several paths.
  const sources = [...group, ...running].flatMap(({ info }) => dataDisks(info))
    .flatMap(([, { pool, source }]) => pool === undefined && source ? source : []);
  const world: Pick<World, "realPaths"> = isLocal ? { realPaths: await app.host.realPaths(sources) } : {};
  const holdersOf = ({ info }: FoundPlace): readonly Holder[] => [
    ...running.filter((one) => one.title !== undefined || !isNameOf(one.info, info.name)),
    // Of several that start, the first one is first.
    ...group.slice(0, group.findIndex((one) => one.info === info)),
  ];
  const open = group.filter((place) => heldBy(holdersOf(place), dataDisks(place.info), world));
  if (open.length === 0) return;
  for (const place of await withTargets(open, values)) {
    const { info, target } = place;
    const unusable = target?.instance.unusable;
    const isKnown = target !== undefined && !unusable?.has("filesystems") && !unusable?.has("devices");
    const disks = ownDisksOf(info, isKnown ? ownDeviceNames(target) : undefined);
    const start = group.find((one) => keyOf(one) === keyOf(place))!;
    const found = heldBy(holdersOf(start), disks, world);
    if (found) throw held({ info, target }, found.holder, found.disk);
  }
}

/**
 * Differences between instances and their configurations, for `ps`: by three lists of the daemon, and without a
 * program in any instance.
 *
 * @module
 */
import { LxopsError } from "../../../base/errors.ts";
import { decodeRecord, RECORD_MARK } from "../../../plan/record/record.ts";
import { findImage } from "../../../plan/instance/resolve/image.ts";
import { IMAGE_MARK } from "../../../plan/instance/ownership.ts";
import { isAside } from "../../../plan/instance/spare.ts";
import type { ImageInfo, InstanceInfo } from "../../../ports/mod.ts";
import type { Source } from "../../../run/targets/options.ts";
import type { App } from "../../command/app.ts";
import type { FoundPlace, PlaceValues } from "../../places/places.ts";
import { sourcesOf } from "../../places/sources.ts";
import { keyOf } from "../../shared/subjects.ts";
import { compareAll, type Compared } from "../changes/compare.ts";

/** Returns the parts in which instances differ, by their keys; absent where that is unknown. */
export async function differencesOf(
  found: readonly FoundPlace[],
  values: PlaceValues,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const differences = new Map<string, readonly string[]>();
  // Without a record, only a look into the instance shows the applied items.
  const recorded = found.filter(({ info }) =>
    !isAside(info) && decodeRecord(info.config[RECORD_MARK]) !== undefined
  );
  for (const group of Map.groupBy(recorded, ({ app }) => app.globals.remote).values()) {
    const { app } = group[0]!;
    const { sources } = await sourcesOf(group.filter(({ target }) => !target));
    const known = group.flatMap(({ target, ref }) => target ? [{ file: target.instance.file, ...ref }] : []);
    for (const { target, comparison } of await compared([...known, ...sources], values, app)) {
      const { project, name } = target.instance;
      const parts = comparison.changes.map(({ part }) => part).filter((part) => part !== "state");
      differences.set(keyOf({ app, ref: { project, name } }), [...new Set(parts)]);
    }
  }
  return differences;
}

/** Compares instances whose files have no errors; others are left out. */
async function compared(
  sources: readonly Source[],
  { project, properties, P }: PlaceValues,
  app: App,
): Promise<readonly Compared[]> {
  if (sources.length === 0) return [];
  const values = { project, properties, P, name: "" };
  // A list must not fail because of a file, nor complain of it.
  const silent: App = { ...app, warn: () => {}, complain: () => {} };
  const of = async (some: readonly Source[]) => {
    try {
      return (await compareAll(values, some, silent, { outside: true })).compared;
    } catch (error) {
      if (error instanceof LxopsError) return undefined;
      throw error;
    }
  };
  const all = await of(sources);
  if (all) return all;
  if (sources.length === 1) return [];
  const each = [];
  for (const source of sources) each.push(...await of([source]) ?? []);
  return each;
}

/** Tells whether the daemon has a newer image of the name of an instance's own; `undefined` where it is not known. */
export function isOutdated({ config }: InstanceInfo, images: readonly ImageInfo[]): boolean | undefined {
  const name = config[IMAGE_MARK];
  const base = config["volatile.base_image"];
  const found = name === undefined ? undefined : findImage(images, name.replace(/^local:/, ""));
  return found === undefined || found === "ambiguous" || base === undefined
    ? undefined
    : found.fingerprint !== base;
}

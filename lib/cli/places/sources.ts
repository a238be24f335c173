/**
 * The configurations of instances that are named without a file: each instance has the path of its file noted.
 *
 * @module
 */
import { CONFIG_MARK } from "../../plan/instance/ownership.ts";
import type { Source } from "../../run/targets/options.ts";
import { NAME_ONLY } from "../../instance/parts.ts";
import { objectKey, type Target } from "../../plan/world.ts";
import type { App } from "../command/app.ts";
import { targetsOf } from "../shared/lifecycle/look.ts";
import type { FoundPlace, PlaceValues } from "./places.ts";

/** Configurations of instances, and the instances that have none. */
export interface Sources {
  readonly sources: readonly Exclude<Source, string>[];
  /** Instances that lxops did not make from a file, or whose file no longer exists. */
  readonly without: readonly FoundPlace[];
}

/**
 * Finds the configuration files that are noted on instances. Users who may change an instance's configuration may note
 * any path, so root follows only files that no others than root and the user behind sudo can change or replace.
 */
export async function sourcesOf(found: readonly FoundPlace[]): Promise<Sources> {
  const [{ behind }, { exposedFiles }] = await Promise.all([
    import("../../run/targets/directories.ts"),
    import("../../run/targets/exposed_files.ts"),
  ]);
  const all = await Promise.all(found.map(async (one) => {
    const file = one.info.config[CONFIG_MARK] ?? "";
    const { host } = one.app;
    const at = file.startsWith("/") ? await behind(file, host) : undefined;
    const isFile = at?.kind === "file" && (!host.isRoot || (await exposedFiles([file], host)).length === 0);
    return { one, source: isFile ? { file, ...one.ref } : undefined };
  }));
  return {
    sources: all.flatMap(({ source }) => source ?? []),
    without: all.flatMap(({ one, source }) => source ? [] : [one]),
  };
}

/** Adds the configurations of instances that were named, as far as their files are known and right. */
export async function withTargets(
  found: readonly FoundPlace[],
  values: PlaceValues,
): Promise<readonly FoundPlace[]> {
  const targets: (Target & { readonly app: App })[] = [];
  for (const group of Map.groupBy(found, ({ app }) => app.globals.remote).values()) {
    const { app } = group[0]!;
    const { sources } = await sourcesOf(group.filter(({ target }) => !target));
    if (sources.length === 0) continue;
    const options = { without: NAME_ONLY, repeated: true };
    // A command about an instance must not fail because of its file.
    const loaded = await Promise.all(
      sources.map((source) => targetsOf({ ...values, name: "" }, [source], app, options).catch(() => [])),
    );
    targets.push(...loaded.flat().map((target) => ({ ...target, app })));
  }
  return found.map((place) => {
    const target = targets.find(({ app, instance }) =>
      app === place.app &&
      objectKey(instance.project, instance.name) === objectKey(place.ref.project, place.ref.name)
    );
    return target && !place.target ? { ...place, target } : place;
  });
}

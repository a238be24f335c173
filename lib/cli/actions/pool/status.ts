/**
 * `pool list` and `pool status`.
 *
 * @module
 */
import { ConfigError, EXIT } from "../../../base/errors.ts";
import { type PoolStatus, poolStatus } from "../../../plan/pool/status.ts";
import { definitionsOf, observePool } from "../../../run/pool/observe.ts";
import type { App } from "../../command/app.ts";
import { errorText } from "../../output/output.ts";
import { isWhole, type ListValues, printList, printValue } from "../../output/listing.ts";
import { fitsName } from "../../shared/name_filter.ts";
import { MEMBERS, POOLS } from "../../results/places.ts";
import { poolAt, type PoolPlace, projectOf } from "./place.ts";

interface ShowValues extends ListValues {
  readonly project: string;
}

/** `pool list`. */
export async function list(values: ShowValues, filters: readonly string[], app: App): Promise<number> {
  const project = await projectOf(app, values.project);
  const server = await app.server();
  const { specs, unreadable } = definitionsOf(project, await server.profiles(project));
  const rows = await Promise.all(
    specs.filter(({ pool }) => fitsName(pool, filters)).map(async ({ pool }) => {
      const { inventory } = await observePool({ project, pool }, { server });
      const { instances: _instances, ...row } = poolStatus(inventory);
      return row;
    }),
  );
  await printList(app, POOLS, rows, values);
  for (const { issues, advice } of unreadable) {
    const warnings = issues.map((issue) => ({ ...issue, severity: "warning" as const }));
    app.complain(errorText("lxops", new ConfigError(warnings, advice)));
  }
  return EXIT.ok;
}

/** Returns the state of a pool. */
export async function statusOf({ app, ref }: PoolPlace): Promise<PoolStatus> {
  const { inventory } = await observePool(ref, { server: await app.server() });
  return poolStatus(inventory);
}

/** `pool status`. */
export async function status(
  values: ShowValues,
  [operand, ...filters]: readonly string[],
  app: App,
): Promise<number> {
  const place = await poolAt(app, operand!, values.project);
  const all = await statusOf(place);
  const found = { ...all, instances: all.instances.filter(({ instance }) => fitsName(instance, filters)) };
  if (isWhole(values)) await printValue(place.app, found, values);
  else await printList(place.app, MEMBERS, found.instances, values);
  return EXIT.ok;
}

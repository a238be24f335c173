/**
 * Comparison of secrets with those in running instances.
 *
 * @module
 */
import { DELIVERED, type SecretDifference, secretDifferences } from "../../plan/provision/secrets.ts";
import { objectKey, type Target, type World } from "../../plan/world.ts";
import type { Host, InstanceServer } from "../../ports/mod.ts";
import { readSecrets } from "./secrets.ts";

/** The ports that questions go to. */
export interface Asked {
  readonly host: Host;
  readonly server: () => Promise<InstanceServer>;
}

/** Finds the secrets that running instances lack, or have otherwise: after a change, or a start by others. */
export async function deliveredTo(
  targets: readonly Target[],
  world: World,
  { host, server }: Asked,
): Promise<ReadonlyMap<Target, readonly SecretDifference[]>> {
  const found = await Promise.all(targets.map(async (target): Promise<[Target, SecretDifference[]][]> => {
    const { project, name } = target.instance;
    const info = world.instances.get(objectKey(project, name));
    if (info?.status !== "Running") return [];
    const [{ secrets }, { text }] = await Promise.all([
      readSecrets(target, host),
      server().then((one) => one.readSmall(info, DELIVERED)),
    ]);
    return [[target, [...secretDifferences(secrets, text)]]];
  }));
  return new Map(found.flat());
}

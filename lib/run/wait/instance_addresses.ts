/**
 * The facts that distinguish an instance's own addresses from those of bridges in it, requested once and only where
 * needed.
 *
 * @module
 */
import { ServerError } from "../../base/errors.ts";
import { isOnNic, type Nics, nicsOf, ownAddresses, subnetsOf } from "../../plan/instance/nic_addresses.ts";
import { networkPath } from "../../plan/requests/reads.ts";
import type { Address, InstanceInfo, InstanceRef, InstanceServer } from "../../ports/mod.ts";

/** The part of the daemon that is asked. */
export type AddressServer = Pick<InstanceServer, "instance" | "get">;

/** Tells which of the addresses that are found in an instance are its own. */
export type OwnAddresses = (addresses: readonly Address[]) => Promise<readonly Address[]>;

/** Returns a filter that keeps the daemon's answers for repeated looks at one instance. */
export function addressFilter(ref: InstanceRef, server: AddressServer): OwnAddresses {
  let nics: Promise<Nics | undefined> | undefined;
  let subnets: Promise<readonly string[]> | undefined;
  return async (addresses) => {
    const shown = addresses.filter(({ scope }) => scope === "global");
    const evident = shown.filter(isOnNic);
    if (shown.length === 0 || evident.length > 0) return evident;
    nics ??= server.instance(ref).then((info) => info && nicsOf(info));
    const known = await nics;
    const own = ownAddresses(shown, known);
    if (own.length > 0 || !known) return own;
    subnets ??= subnetsFor(ref.project, known, server);
    return ownAddresses(shown, known, await subnets);
  };
}

/** Finds the own addresses of instances whose states are known. */
export async function allOwnAddresses(
  infos: readonly InstanceInfo[],
  server: Pick<InstanceServer, "get">,
): Promise<ReadonlyMap<InstanceInfo, readonly Address[]>> {
  const networks = new Map<string, Promise<readonly string[]>>();
  const subnetsOnce = (project: string, nics: Nics) => {
    const key = `${project} ${nics.networks.join(" ")}`;
    const found = networks.get(key) ?? subnetsFor(project, nics, server);
    networks.set(key, found);
    return found;
  };
  const entries = infos.map(async (info): Promise<[InstanceInfo, readonly Address[]]> => {
    const shown = (info.addresses ?? []).filter(({ scope }) => scope === "global");
    const nics = nicsOf(info);
    const own = ownAddresses(shown, nics);
    if (own.length > 0 || shown.length === 0 || !nics) return [info, own];
    return [info, ownAddresses(shown, nics, await subnetsOnce(info.project, nics))];
  });
  return new Map(await Promise.all(entries));
}

async function subnetsFor(
  project: string,
  { networks }: Nics,
  server: Pick<InstanceServer, "get">,
): Promise<readonly string[]> {
  const found = await Promise.all(
    networks.map((name) =>
      server.get(networkPath(project, name)).catch((error) => {
        // A client of one project may not be allowed to look at it.
        if (error instanceof ServerError) return undefined;
        throw error;
      })
    ),
  );
  return found.flatMap(subnetsOf);
}

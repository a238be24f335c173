/**
 * The part of a pool's definition that comes from a configuration file: its image has the cloud-config, and the
 * definition has profiles, keys and devices.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import { hasSecret } from "../changes/shown.ts";
import { refuseRaw } from "../checks/raw.ts";
import { checkProfiles, expandedDevices, instanceBody } from "../instance/resolve/create.ts";
import { ownContent } from "../instance/resolve/own_profile.ts";
import { privateDevices, removableConfig } from "../instance/resolve/private_devices.ts";
import { resolve } from "../instance/resolve/resolve.ts";
import { need } from "../instance/resolve/resolved.ts";
import type { Target, World } from "../world.ts";
import { definitionName } from "./names.ts";
import { isReserved } from "./definition.ts";
import type { PoolSpec } from "./spec.ts";

/** The part of a definition that a configuration file gives. */
export type FilePart = Pick<PoolSpec, "type" | "profiles" | "config" | "devices">;

/**
 * Returns what the instances of a pool have of a configuration besides its image. They have none of its directories,
 * ports and addresses, because all instances of the pool would share them.
 *
 * @throws {LxopsError} where the definition would show a secret setting, or give the instances files of the host
 */
export function filePart(described: Target, world: World, pool: string): FilePart {
  const target = { ...described, instance: { ...described.instance, filesystems: [], devices: [] } };
  const { instance } = target;
  const resolved = resolve(target, world);
  checkProfiles(resolved);
  const { config: expanded } = need(resolved.creation);
  const own = ownContent(target, world, {});
  const body = instanceBody(resolved, need(resolved.image).source);
  const given = { ...own.config, ...body.config };
  const what = `Cannot make pool "${pool}" of "${instance.file}"`;
  refuseRaw(what, { ...expanded, ...given });
  const config = {
    ...Object.fromEntries(Object.entries(given).filter(([key]) => !isReserved(key))),
    ...removableConfig({ ...expanded, ...given }),
  };
  const inherited = expandedDevices(resolved, {});
  const devices = Object.fromEntries(
    Object.entries(privateDevices({ ...own.devices, ...body.devices }, inherited))
      // A device of its own that is left out hides nothing.
      .filter(([name, { type }]) => type !== "none" || Object.hasOwn(inherited, name)),
  );
  const secret = [...Object.entries(config), ...Object.entries(devices)]
    .find(([, value]) => hasSecret(value, described))?.[0];
  if (secret !== undefined) {
    throw refuse(
      what,
      `"${secret}" has the value of a secret setting, and the profile ${
        definitionName(pool)
      } would show it to all ` +
        "who may read profiles",
      [`Leave "${secret}" out of the configuration, and give its value to each program: --env-file`],
    );
  }
  const profiles = body.profiles.filter((name) => name !== instance.ownProfile);
  return { type: body.type, profiles, config, devices };
}

/**
 * Features that the daemon must have to create an instance.
 *
 * @module
 */
import { isOnHost } from "../../../instance/kinds.ts";
import { ConfigError, refuse } from "../../../base/errors.ts";
import { checkExtension } from "../../../ports/extensions.ts";
import type { LxcOptions } from "./lxc_options.ts";
import { problem, type Target, type World } from "../../world.ts";

export { checkExtension } from "../../../ports/extensions.ts";

/**
 * Checks that the daemon supports the options with which a target's instance is created.
 *
 * @throws {StateError} where it lacks an extension, or is in no cluster with such a member
 */
export function checkOptions(options: LxcOptions, world: World): void {
  const { server } = world;
  if (options.vm) checkExtension(server, "virtual-machines", "type: virtual-machine (--vm)");
  if (!options.target) return;
  checkExtension(server, "clustering", "target: MEMBER (--target)");
  if (options.target.startsWith("@")) {
    checkExtension(server, "clustering_groups", "target: @GROUP (--target)");
  }
  if (server.clustered === false) {
    throw refuse(
      `This ${world.backend.title} is not in a cluster, so there is no member "${options.target}"`,
      [],
      ['Leave out "target" (or --target)'],
      "missing",
    );
  }
  const { members } = world;
  if (!members || options.target.startsWith("@") || members.includes(options.target)) return;
  const known = [...members].sort().join(", ");
  throw refuse(`The cluster has no member "${options.target}"; it has ${known}`, [], [], "missing");
}

/**
 * Returns the cluster member that a target's instance is created on, where the daemon does not choose it: an
 * instance that uses directories of this machine must be created there.
 *
 * @throws {ConfigError} where it is to be on another one
 */
export function memberOf(target: Target, options: LxcOptions, world: World): string | undefined {
  const { clustered, name } = world.server;
  const { host } = target.instance;
  // Who says where the directories are knows which member that is.
  if (!clustered || !name || host || !usesDirectories(target)) return options.target;
  if (!options.target || options.target === name) return name;
  throw new ConfigError([
    problem(
      target,
      target.instance.config.target ? "target" : "filesystems",
      `The directories of these devices would be made on cluster member "${name}", and the instance on ` +
        `"${options.target}": run lxops there, or leave out the target`,
    ),
  ]);
}

function usesDirectories({ instance: { filesystems, devices } }: Target): boolean {
  return filesystems.some(isOnHost) ||
    devices.some(({ filesystem, dir }) => filesystem === undefined && dir.startsWith("/"));
}

/**
 * The command of a command line that begins with its name, without the modules of the others: what all of them say
 * of themselves takes 2 ms of every start.
 *
 * @module
 */
import { type AnyCommand, type GroupCommand, root } from "./command/command.ts";

const COMMANDS: Readonly<Record<string, () => Promise<AnyCommand>>> = {
  launch: async () => (await import("./commands/instances/launch.ts")).launch,
  configure: async () => (await import("./commands/instances/launch.ts")).configure,
  rebuild: async () => (await import("./commands/instances/launch.ts")).rebuild,
  delete: async () => (await import("./commands/instances/delete.ts")).deleteCommand,
  destroy: async () => (await import("./commands/instances/delete.ts")).destroy,
  "create-devices": async () => (await import("./commands/instances/devices.ts")).createDevices,
  extract: async () => (await import("./commands/instances/devices.ts")).extract,
  "create-profile": async () => (await import("./commands/instances/devices.ts")).createProfile,
  rename: async () => (await import("./commands/instances/rename.ts")).rename,
  snapshot: async () => (await import("./commands/data/snapshot.ts")).snapshot,
  rollback: async () => (await import("./commands/data/snapshot.ts")).rollback,
  export: async () => (await import("./commands/data/export.ts")).exportCommand,
  import: async () => (await import("./commands/data/export.ts")).importCommand,
  "copy-filesystems": async () => (await import("./commands/data/copy.ts")).copyFilesystems,
  config: async () => (await import("./commands/configs/config.ts")).config,
  i: async () => (await import("./commands/configs/i.ts")).i,
  property: async () => (await import("./commands/configs/property.ts")).property,
  ostypes: async () => (await import("./commands/configs/ostypes.ts")).ostypes,
  cloudconfig: async () => (await import("./commands/instances/cloudconfig.ts")).cloudconfig,
  instance: async () => (await import("./commands/instances/instance.ts")).instance,
  file: async () => (await import("./commands/instances/file.ts")).file,
  image: async () => (await import("./commands/daemon/image.ts")).image,
  volume: async () => (await import("./commands/data/volume.ts")).volume,
  publish: async () => (await import("./commands/instances/publish.ts")).publish,
  profile: async () => (await import("./commands/instances/profile.ts")).profile,
  project: async () => (await import("./commands/daemon/project.ts")).project,
  remote: async () => (await import("./commands/daemon/remote.ts")).remote,
  shiftids: async () => (await import("./commands/data/shiftids.ts")).shiftids,
  query: async () => (await import("./commands/daemon/query.ts")).query,
  version: async () => (await import("./commands/configs/version.ts")).version,
};

/** The tree as far as a command line needs it; all of it where that does not begin with a command's name. */
export async function commandsFor([name = ""]: readonly string[]): Promise<GroupCommand> {
  const one = Object.hasOwn(COMMANDS, name) ? await COMMANDS[name]!() : undefined;
  return one ? root([one]) : (await import("./commands.ts")).commands;
}

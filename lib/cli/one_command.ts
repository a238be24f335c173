/**
 * The command of a command line that begins with its name, without the modules of the others: what all of them say
 * of themselves takes 2 ms of every start.
 *
 * @module
 */
import { type AnyCommand, type GroupCommand, root } from "./command.ts";

const COMMANDS: Readonly<Record<string, () => Promise<AnyCommand>>> = {
  launch: async () => (await import("./commands/launch.ts")).launch,
  configure: async () => (await import("./commands/launch.ts")).configure,
  rebuild: async () => (await import("./commands/launch.ts")).rebuild,
  delete: async () => (await import("./commands/delete.ts")).deleteCommand,
  destroy: async () => (await import("./commands/delete.ts")).destroy,
  "create-devices": async () => (await import("./commands/devices.ts")).createDevices,
  extract: async () => (await import("./commands/devices.ts")).extract,
  "create-profile": async () => (await import("./commands/devices.ts")).createProfile,
  rename: async () => (await import("./commands/rename.ts")).rename,
  snapshot: async () => (await import("./commands/snapshot.ts")).snapshot,
  rollback: async () => (await import("./commands/snapshot.ts")).rollback,
  export: async () => (await import("./commands/export.ts")).exportCommand,
  import: async () => (await import("./commands/export.ts")).importCommand,
  "copy-filesystems": async () => (await import("./commands/copy.ts")).copyFilesystems,
  config: async () => (await import("./commands/config.ts")).config,
  i: async () => (await import("./commands/i.ts")).i,
  property: async () => (await import("./commands/property.ts")).property,
  ostypes: async () => (await import("./commands/ostypes.ts")).ostypes,
  cloudconfig: async () => (await import("./commands/cloudconfig.ts")).cloudconfig,
  instance: async () => (await import("./commands/instance.ts")).instance,
  file: async () => (await import("./commands/file.ts")).file,
  image: async () => (await import("./commands/image.ts")).image,
  volume: async () => (await import("./commands/volume.ts")).volume,
  publish: async () => (await import("./commands/publish.ts")).publish,
  profile: async () => (await import("./commands/profile.ts")).profile,
  project: async () => (await import("./commands/project.ts")).project,
  remote: async () => (await import("./commands/remote.ts")).remote,
  shiftids: async () => (await import("./commands/shiftids.ts")).shiftids,
  query: async () => (await import("./commands/query.ts")).query,
  version: async () => (await import("./commands/version.ts")).version,
};

/** The tree as far as a command line needs it; all of it where that does not begin with a command's name. */
export async function commandsFor([name = ""]: readonly string[]): Promise<GroupCommand> {
  const one = Object.hasOwn(COMMANDS, name) ? await COMMANDS[name]!() : undefined;
  return one ? root([one]) : (await import("./commands.ts")).commands;
}

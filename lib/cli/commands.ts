/**
 * All commands.
 *
 * @module
 */
import { type GroupCommand, root } from "./command.ts";
import { cloudconfig } from "./commands/cloudconfig.ts";
import { config } from "./commands/config.ts";
import { deleteCommand, destroy } from "./commands/delete.ts";
import { copyFilesystems } from "./commands/copy.ts";
import { createDevices, createProfile, extract } from "./commands/devices.ts";
import { exportCommand, importCommand } from "./commands/export.ts";
import { file } from "./commands/file.ts";
import { helpCommand } from "./commands/help.ts";
import { i } from "./commands/i.ts";
import { instance } from "./commands/instance.ts";
import { configure, launch, rebuild } from "./commands/launch.ts";
import { ostypes } from "./commands/ostypes.ts";
import { property } from "./commands/property.ts";
import { image } from "./commands/image.ts";
import { publish } from "./commands/publish.ts";
import { profile } from "./commands/profile.ts";
import { project } from "./commands/project.ts";
import { query } from "./commands/query.ts";
import { rename } from "./commands/rename.ts";
import { rollback, snapshot } from "./commands/snapshot.ts";
import { remote } from "./commands/remote.ts";
import { shiftids } from "./commands/shiftids.ts";
import { version } from "./commands/version.ts";
import { volume } from "./commands/volume.ts";
import { globalFlags } from "./flags.ts";

/** The root of the command tree. */
export const commands: GroupCommand = root([
  launch,
  configure,
  rebuild,
  deleteCommand,
  destroy,
  createDevices,
  extract,
  createProfile,
  rename,
  snapshot,
  rollback,
  exportCommand,
  importCommand,
  copyFilesystems,
  config,
  i,
  property,
  ostypes,
  cloudconfig,
  instance,
  file,
  image,
  volume,
  publish,
  profile,
  project,
  remote,
  shiftids,
  query,
  helpCommand(() => commands, globalFlags),
  version,
]);

/**
 * All commands.
 *
 * @module
 */
import { type GroupCommand, root } from "./command/command.ts";
import { cloudconfig } from "./commands/instances/cloudconfig.ts";
import { config } from "./commands/configs/config.ts";
import { deleteCommand, destroy } from "./commands/instances/delete.ts";
import { copyFilesystems } from "./commands/data/copy.ts";
import { createDevices, createProfile, extract } from "./commands/instances/devices.ts";
import { exportCommand, importCommand } from "./commands/data/export.ts";
import { file } from "./commands/instances/file.ts";
import { helpCommand } from "./commands/configs/help.ts";
import { i } from "./commands/configs/i.ts";
import { instance } from "./commands/instances/instance.ts";
import { configure, launch, rebuild } from "./commands/instances/launch.ts";
import { ostypes } from "./commands/configs/ostypes.ts";
import { property } from "./commands/configs/property.ts";
import { image } from "./commands/daemon/image.ts";
import { publish } from "./commands/instances/publish.ts";
import { profile } from "./commands/instances/profile.ts";
import { project } from "./commands/daemon/project.ts";
import { query } from "./commands/daemon/query.ts";
import { rename } from "./commands/instances/rename.ts";
import { rollback, snapshot } from "./commands/data/snapshot.ts";
import { remote } from "./commands/daemon/remote.ts";
import { shiftids } from "./commands/data/shiftids.ts";
import { version } from "./commands/configs/version.ts";
import { volume } from "./commands/data/volume.ts";
import { globalFlags } from "./command/flags.ts";

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

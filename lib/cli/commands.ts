/**
 * All commands.
 *
 * @module
 */
import { group } from "./command.ts";
import { deleteCommand, destroy } from "./commands/delete.ts";
import { file } from "./commands/file.ts";
import { instance } from "./commands/instance.ts";
import { configure, launch, rebuild } from "./commands/launch.ts";
import { query } from "./commands/query.ts";
import { version } from "./commands/version.ts";

/** The root of the command tree. */
export const commands = group("lxops", "Launch and configure LXD and Incus containers from YAML files", [
  launch,
  configure,
  rebuild,
  deleteCommand,
  destroy,
  instance,
  file,
  query,
  version,
]);

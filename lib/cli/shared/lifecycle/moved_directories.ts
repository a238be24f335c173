/**
 * Refusal of directories that instances which run have under a former name.
 *
 * @module
 */
import { refuse } from "../../../base/errors.ts";
import { quote } from "../../../base/shell.ts";
import { isRunning } from "../../../plan/instance/ownership.ts";
import { named, objectKey, type Target, type World } from "../../../plan/world.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";

/**
 * Checks that no running instance has the directories of targets that will start: a directory that was moved meanwhile
 * is still mounted in it, and its devices name the old path.
 *
 * @throws {StateError}
 */
export async function checkMovedDirectories(
  targets: readonly Target[],
  world: World,
  { action, adopt = false }: { readonly action: string; readonly adopt?: boolean },
  app: App,
): Promise<void> {
  const starting = adopt ? [] : targets.filter(({ instance: { project, name } }) => {
    const info = world.instances.get(objectKey(project, name));
    return !info || !isRunning(info);
  });
  if (starting.length === 0) return;
  const { movedFrom } = await import("../../../plan/checks/moved_from.ts");
  for (const target of starting) {
    for (const { info, device, from, to } of movedFrom(target, world)) {
      if (await exists(from, app) || !await app.isLocal()) continue;
      // The kernel tells what is mounted in containers, whatever it was called.
      if ((await app.host.processesThatSee(to)).length === 0) continue;
      throw taken(target, action, info, { device, from, to });
    }
  }
}

async function exists(path: string, { host }: App): Promise<boolean> {
  return await host.realPath(path).catch(() => path) !== undefined;
}

function taken(
  { instance: { name, file, project } }: Target,
  action: string,
  info: InstanceInfo,
  { device, from, to }: { readonly device: string; readonly from: string; readonly to: string },
) {
  const flag = info.project && info.project !== "default" ? ` --project ${quote(info.project)}` : "";
  return refuse(
    `Cannot ${action} instance "${name}"`,
    `instance ${
      named(info, project)
    }, which runs, has its device "${device}" ("${to}") already: as "${from}", which ` +
      "was moved there",
    [
      `If it is the same instance, write "name: ${info.name}" into "${file}", and note its new place: lxops up --adopt ${
        quote(file)
      }`,
      `If a new one is to have its data: lxops down${flag} ${
        quote(info.name)
      }, and run the same command again`,
      "To have both instances work on the same data, add --adopt",
    ],
  );
}

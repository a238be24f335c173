/**
 * Refusal of instances that have the name of a directory by chance.
 *
 * @module
 */
import type { Target, World } from "../../../plan/world.ts";
import type { App } from "../../command/app.ts";
import { planAll } from "./plan_all.ts";

/**
 * Checks that the instances whose names are those of directories were made from the files in these.
 *
 * @throws {StateError}
 */
export async function checkDirectoryNames(
  targets: readonly Target[],
  world: Pick<World, "instances">,
  { action, adopt = false }: { readonly action: string; readonly adopt?: boolean },
  { host }: App,
): Promise<void> {
  if (adopt || !targets.some(({ instance }) => instance.namedByDirectory)) return;
  const { CONFIG_MARK, nameDoubt, nameError } = await import("../../../plan/checks/directory_name.ts");
  const doubted = targets.filter((target) =>
    nameDoubt(target, world) ?? nameDoubt(target, world, () => true)
  );
  if (doubted.length === 0) return;
  // Symbolic links give one file several paths.
  const noted = [...world.instances.values()].flatMap(({ config }) => config[CONFIG_MARK] ?? []);
  const paths = new Set([...noted, ...doubted.map(({ instance }) => instance.config.file)]);
  const real = new Map(
    await Promise.all(
      [...paths].map(async (path) =>
        [path, path.startsWith("/") ? await host.realPath(path).catch(() => undefined) : undefined] as const
      ),
    ),
  );
  planAll(doubted, (target) => {
    const { file } = target.instance.config;
    const isSame = (path: string) =>
      path === file || real.get(path) !== undefined && real.get(path) === real.get(file);
    const doubt = nameDoubt(target, world, isSame);
    const isGone = doubt?.other?.startsWith("/") && real.get(doubt.other) === undefined;
    if (doubt) throw nameError(target, action, { ...doubt, ...(isGone ? { isGone } : {}) });
  });
}

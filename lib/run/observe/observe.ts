/**
 * Observation of the daemon and the host: everything that planning needs to know, in as few requests as
 * possible.
 *
 * @module
 */
import type { Target, World } from "../../plan/world.ts";
import { type DaemonWorld, observeDaemon, observeInstances } from "./daemon.ts";
import { allOf, type Needs, type Scope, type Sources } from "./needs.ts";
import { observeDatasets, observeDirectories, onHost } from "./storage.ts";

/**
 * Observes everything that the targets use. The daemon's lists and the machine's datasets come first;
 * they tell which instances and directories to look at then.
 */
export async function observe(targets: readonly Target[], needs: Needs, sources: Sources): Promise<World> {
  const scope = scopeOf(targets, needs, sources);
  const { daemon, datasets } = await allOf({
    daemon: observeDaemon(scope),
    datasets: observeDatasets(scope),
  });
  const { instances, directories, settings } = await allOf({
    instances: observeInstances(scope, daemon),
    settings: needs.images ? observeSettings(scope, daemon) : {},
    directories: observeDirectories(scope, daemon, datasets),
  });
  const { backend, host, remotes } = sources;
  return {
    backend,
    remotes,
    ...(host.user ? { user: host.user } : {}),
    ...daemon,
    ...datasets,
    ...instances,
    ...settings,
    ...directories,
  };
}

async function observeSettings(scope: Scope, daemon: DaemonWorld): Promise<Pick<World, "settings">> {
  const has = scope.targets.some(({ instance: { settings } }) =>
    settings.ports.length + settings.idmap.length > 0 || Object.keys(settings.addresses).length > 0 ||
    settings.devices.length > 0
  );
  return has ? { settings: await (await import("./settings.ts")).readSettingFacts(scope, daemon) } : {};
}

function scopeOf(targets: readonly Target[], needs: Needs, sources: Sources): Scope {
  const projects = targets.flatMap(({ instance, copyOf, devicesFrom }) =>
    [instance.project, copyOf?.project, devicesFrom?.instance.project].filter((one) => one !== undefined)
      .map((project) => project || "default")
  );
  const described = targets.flatMap((target) => [target, target.devicesFrom ?? []].flat());
  return {
    targets,
    needs,
    sources,
    projects: [...new Set(projects)],
    described,
    withVolumes: [...described, ...targets.flatMap((one) => needs.volumesOf?.(one) ?? [])],
    everywhere: needs.allProjects || (needs.holders ?? false) && onHost(described),
    clones: targets.some(({ instance }) => instance.deviceSource?.snapshot !== undefined),
  };
}

/** Parts of worlds for tests: mounts, and what settings are checked against. */
import { objectKey, type SettingFacts } from "../../lib/plan/world.ts";
import type { Mount, Mounts } from "../../lib/ports/mod.ts";
import { datasetsOf, type WorldSpec } from "./world_spec.ts";

/** Returns what settings are checked against; those of the command's own targets are left to tests of the check. */
export function settingFacts(
  { networks = {}, listeners = [], subordinateIds = "" }: WorldSpec,
): SettingFacts {
  return {
    wanted: new Map(),
    networks: new Map(
      Object.entries(networks).map(([name, { config = {}, leases = [] }]) =>
        [objectKey("default", name), { config, leases }] as const
      ),
    ),
    listeners,
    ...(subordinateIds === "" ? {} : { subuid: subordinateIds, subgid: subordinateIds }),
  };
}

/** Returns the mounts of a machine. */
export function mountsOf(spec: WorldSpec): Mounts {
  const toMounts = (texts: Readonly<Record<string, string>> = {}) =>
    Object.entries(texts).map(([mountpoint, text]): Mount => {
      const [type = "", source = "/dev/sda"] = text.split(" ");
      return { mountpoint, type, source, root: "/", device: `${type}:${source}` };
    });
  const datasets = [...datasetsOf(spec.datasets).values()].filter(({ mounted, mountpoint }) =>
    mounted && mountpoint.startsWith("/")
  ).map(({ name, mountpoint }) => [mountpoint, `zfs ${name}`] as const);
  const here = toMounts({ "/": "ext4", ...Object.fromEntries(datasets), ...spec.mounts });
  return {
    here,
    pid: 1234,
    ...(spec.mountsProblem === undefined
      ? { daemon: [...here, ...toMounts(spec.daemonMounts)] }
      : { problem: spec.mountsProblem }),
  };
}

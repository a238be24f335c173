/**
 * Configuration that the daemon passes on to lxc or qemu unchanged, and that can give an instance files of the host.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";

/** Lines of `raw.lxc` that give a container nothing of the host's files. */
const HARMLESS = /^\s*(?:#.*|lxc\.(?:apparmor|cap|cgroup2?|prlimit|sysctl)\..*)?$/;

/** Returns the keys of a configuration that can give an instance files of the host beside its devices. */
export function rawKeys(config: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(config)
    .filter(([key, value]) =>
      key === "raw.lxc"
        ? !value.split("\n").every((line) => HARMLESS.test(line))
        : /^raw\.qemu(?:$|\.)/.test(key) && value.trim() !== ""
    )
    .map(([key]) => key).sort();
}

/**
 * Refuses configuration that can mount directories of the host: the cleaning of an image would empty them.
 *
 * @param what the refused action, as the beginning of a message
 */
export function refuseRaw(what: string, config: Readonly<Record<string, string>>): void {
  const keys = rawKeys(config);
  if (keys.length === 0) return;
  throw refuse(
    what,
    `${keys.join(" and ")}, of its configuration or of its profiles, can give it files of the host`,
    [`To do without: leave ${keys.join(" and ")} out, or use other profiles`],
  );
}

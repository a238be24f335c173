/**
 * A bed as environment variables, for a shell and for tests.
 *
 * @module
 */
import type { Bed } from "./bed.ts";

/** Returns the variables that point clients and tests to the bed; a missing part has none. */
export function variables(bed: Bed): Readonly<Record<string, string>> {
  const result: Record<string, string> = { LXOPS_TESTBED_DIR: bed.dir, LXOPS_TEST_DIR: bed.plainDir };
  for (const { kind, dir, socket } of bed.daemons) {
    if (kind === "incus7") {
      result["LXOPS_TEST_INCUS7_SOCKET"] = socket;
      continue;
    }
    result[`${kind.toUpperCase()}_DIR`] = dir;
    result[`${kind.toUpperCase()}_SOCKET`] = socket;
  }
  if (bed.zfs) {
    result["LXOPS_TEST_ZFS"] = bed.zfs.pool;
    result["LXOPS_TEST_ZFS_DIR"] = bed.zfs.mountpoint;
  }
  return result;
}

/** Renders the variables as lines for a POSIX shell. */
export function env(bed: Bed): string {
  return Object.entries(variables(bed))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`).join("");
}

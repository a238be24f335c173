import { assertEquals } from "@std/assert";
import { hasNoZfs } from "../../../lib/adapters/host/zfs_output.ts";

const SAID: readonly (readonly [string, boolean])[] = [
  ["no datasets available\n", true],
  ["", true],
  ["Permission denied the ZFS utilities must be run as root.\n", false],
  ["The ZFS modules are not loaded.\nTry running '/sbin/modprobe zfs' as root to load them.\n", false],
  ["internal error: failed to initialize ZFS library\n", false],
  ["connect: Connection refused\nPlease make sure that the zfs-fuse daemon is running.\n", false],
];

for (const [text, expected] of SAID) {
  Deno.test(`hasNoZfs() says ${expected} where zfs says ${JSON.stringify(text)}`, () => {
    assertEquals(hasNoZfs(text), expected);
  });
}

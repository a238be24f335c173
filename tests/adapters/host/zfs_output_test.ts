import { assertEquals } from "@std/assert";
import { hasNoZfs, propertiesOf } from "../../../lib/adapters/host/zfs_output.ts";

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

Deno.test("propertiesOf() distinguishes properties that were set from defaults and inherited ones", () => {
  const rows = [
    "tank/a\tquota\t0\tdefault",
    "tank/a\tatime\toff\tinherited from tank",
    "tank/a\tuser:x\t-\t-",
    "tank/b\tquota\t10485760\tlocal",
    "tank/b\tatime\ton\treceived",
  ];
  assertEquals(
    propertiesOf(rows.map((row) => `${row}\n`).join("")),
    new Map([
      ["tank/a", { quota: { value: "0", isSet: false }, atime: { value: "off", isSet: false } }],
      ["tank/b", { quota: { value: "10485760", isSet: true }, atime: { value: "on", isSet: true } }],
    ]),
  );
});

import { assertEquals } from "@std/assert";
import { seesElsewhere } from "../../../lib/adapters/host/mount_spaces.ts";
import { parseMounts } from "../../../lib/ports/mounts.ts";

const HOST = parseMounts(`21 1 8:1 / / rw - ext4 /dev/sda1 rw
22 21 8:2 / /srv rw - ext4 /dev/sda2 rw
23 21 0:50 / /tank/web\\040site rw - zfs tank/web rw
`);

/** Mounts of a container whose root is another filesystem, with more. */
function container(more: string) {
  return parseMounts(`900 1 0:90 /rootfs / rw - ext4 /dev/loop0 rw\n${more}\n`);
}

const CASES: readonly (readonly [string, string, string, boolean])[] = [
  ["the directory itself", "/srv/data", "901 900 8:2 /data /mnt rw - ext4 /dev/sda2 rw", true],
  ["a directory in it", "/srv/data", "901 900 8:2 /data/x /mnt rw - ext4 /dev/sda2 rw", true],
  ["one around it", "/srv/data/x", "901 900 8:2 /data /mnt rw - ext4 /dev/sda2 rw", true],
  ["one of a similar name", "/srv/data", "901 900 8:2 /data2 /mnt rw - ext4 /dev/sda2 rw", false],
  [
    "another filesystem with the same path",
    "/srv/data",
    "901 900 8:3 /data /mnt rw - ext4 /dev/sda3 rw",
    false,
  ],
  ["a whole dataset", "/tank/web site/x", "901 900 0:50 / /home rw - zfs tank/web rw", true],
  ["nothing", "/srv/data", "901 900 0:91 / /proc rw - proc proc rw", false],
];

for (const [what, directory, mount, expected] of CASES) {
  Deno.test(`seesElsewhere() knows a container that has ${what} mounted`, () => {
    assertEquals(seesElsewhere(directory, HOST, container(mount)), expected);
  });
}

Deno.test("seesElsewhere() leaves alone services that have the host's root", () => {
  assertEquals(seesElsewhere("/srv/data", HOST, HOST), false);
});

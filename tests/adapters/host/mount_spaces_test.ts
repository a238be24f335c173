import { assertEquals } from "@std/assert";
import {
  containersWith,
  hasElsewhere,
  seesElsewhere,
  splitTables,
} from "../../../lib/adapters/host/mount_spaces.ts";
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

Deno.test("hasElsewhere() knows what has a directory or a part of it, and not what has the disk around it", () => {
  const has = (mount: string) => hasElsewhere("/srv/data", HOST, container(mount));
  assertEquals(has("901 900 8:2 /data /mnt rw - ext4 /dev/sda2 rw"), true);
  assertEquals(has("901 900 8:2 /data/x /mnt rw - ext4 /dev/sda2 rw"), true);
  assertEquals(has("901 900 8:2 / /host rw - ext4 /dev/sda2 rw"), false);
  assertEquals(has("901 900 8:2 /data2 /mnt rw - ext4 /dev/sda2 rw"), false);
  assertEquals(hasElsewhere("/srv/data", HOST, HOST), false);
});

Deno.test("splitTables() gives each process its mounts, and leaves out those that ended meanwhile", () => {
  const line = "901 900 8:2 /data /mnt rw - ext4 /dev/sda2 rw";
  const tables = splitTables(`12 (a) b (c) S 1\n${line}\n13 (gone) S 1\n14 (x) S 1\n${line}\n`);
  assertEquals([...tables.keys()], ["12", "14"]);
  assertEquals(tables.get("14")!.map(({ root }) => root), ["/data"]);
});

Deno.test("containersWith() finds a process with a directory mounted below another root", {
  ignore: Deno.uid() !== 0,
}, async () => {
  const directory = await Deno.makeTempDir();
  await Deno.mkdir(`${directory}/root/mnt`, { recursive: true });
  await Deno.mkdir(`${directory}/data`);
  assertEquals(await containersWith(`${directory}/data`), []);
  const script = `set -e; cd ${directory}; mount -t tmpfs none root; mkdir root/mnt root/old; ` +
    "mount --bind data root/mnt; pivot_root root root/old; echo ready; read -r _";
  const child = new Deno.Command("unshare", {
    args: ["-m", "sh", "-c", script],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  try {
    await reader.read();
    assertEquals(await containersWith(`${directory}/data`), [`Process ${child.pid}`]);
    assertEquals(await containersWith(`${directory}/root`), []);
  } finally {
    await child.stdin.close();
    await reader.cancel();
    await child.status;
    await Deno.remove(directory, { recursive: true });
  }
});

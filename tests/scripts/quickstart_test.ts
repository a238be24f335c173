/** Tests of files that the quickstart must not remove from the directory of a stopped private daemon. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { othersIn } from "../../scripts/testbed/others.ts";
import { placeAt } from "../../scripts/testbed/place.ts";

const OWN = [
  "ns",
  "fs/zfs",
  "fs/dir/quick/data",
  "incus/d/containers/quick",
  "incus/d/disks",
  "incus/d/backups/instances",
  "incus/d/storage-pools/default/containers/quick/rootfs",
  "incus/d/storage-pools/default/custom",
  "incus/d/storage-pools/default/images/1f2e",
];
const OTHERS: Readonly<Record<string, string>> = {
  "fs/dir/second/data": `"fs/dir/second"`,
  "fs/other": `"fs/other"`,
  "fs/zfs/quick": `"fs/zfs/quick"`,
  "mine": `"mine"`,
  "incus/d/containers/second": `instance "second"`,
  "incus/d/virtual-machines/p_quick": `instance "p_quick"`,
  "incus/d/storage-pools/default/containers/third": `instance "third"`,
  "incus/d/storage-pools/default/custom/default_v": `"incus/d/storage-pools/default/custom/default_v"`,
  "incus/d/storage-pools/tank": `storage pool "tank"`,
  "incus/d/disks/tank.img": `"incus/d/disks/tank.img"`,
  "lxd/d/containers/fourth": `instance "fourth"`,
};

Deno.test("the quickstart finds the data of others in its private Incus, although it does not run", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const place = placeAt(dir);
    const others = async () => (await othersIn(place, "quick")).map((text) => text.replace(`${dir}/`, ""));
    assertEquals(await others(), []);
    for (const path of OWN) await Deno.mkdir(join(dir, path), { recursive: true });
    for (const path of [place.marker, place.state]) await Deno.writeTextFile(path, "");
    assertEquals(await others(), []);
    for (const [path, words] of Object.entries(OTHERS)) {
      await Deno.mkdir(join(dir, path), { recursive: true });
      assertEquals(await others(), [words]);
      const made = words.startsWith('"') ? JSON.parse(words) : path;
      await Deno.remove(join(dir, made), { recursive: true });
      if (path.startsWith("lxd")) await Deno.remove(join(dir, "lxd"), { recursive: true });
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

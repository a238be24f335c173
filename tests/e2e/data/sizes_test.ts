import { assertEquals, assertMatch } from "@std/assert";
import { inTurn, places } from "../support/daemon.ts";
import { destroyDataset, sh, zfsAtLast } from "../support/trees.ts";

const config = () =>
  `#lxops-v1
filesystems:
  main: {pattern: ${places.pool}/(instance), zfsproperties: {mountpoint: "${places.directory}/(instance)-at"}}
  files: {pattern: ${places.directory}/(instance)}
  new: {pattern: ${places.pool}/(instance)/new}
devices:
  home: {path: /home, filesystem: main}
  www: {path: /srv/www, filesystem: files}
`;

inTurn(
  "i filesystems -l and i devices -l print the sizes of datasets and directories, without a daemon",
  ["directory", "pool"],
  async (ground) => {
    const name = ground.name();
    const [dataset, files] = [`${places.pool}/${name}`, `${places.directory}/${name}`];
    await ground.write("a.yaml", config().replaceAll("(instance)-at", `${name}-at`));
    const is = ["-name", name, "a.yaml"];
    await ground.ok(["create-devices", ...is]);
    try {
      await sh(
        `head -c 3000000 /dev/urandom >'${files}-at/home/data'; head -c 2000000 /dev/zero >'${files}/www/data'
        zfs snapshot '${dataset}@s1'; zfs snapshot '${dataset}@s2'; zfs clone '${dataset}@s1' '${dataset}c'; sync`,
      );
      const nobody = { env: { INCUS_SOCKET: "/nonexistent", LXD_SOCKET: "/nonexistent" } };
      const rows = JSON.parse(await ground.ok(["i", "filesystems", "-l", "-json", ...is], nobody));
      const fact = async (property: string) =>
        (await sh(`zfs get -H -o value ${property} '${dataset}'`)).trim();
      const about = (id: string) => rows.find(({ filesystem }: { filesystem: string }) => filesystem === id);
      assertEquals(
        [about("main").size, about("main").mountpoint, about("main").snapshots, about("main").clones],
        [await fact("used"), `${files}-at`, 2, 1],
      );
      assertEquals(about("new").mountpoint, `${files}-at/new`);
      assertMatch(about("files").size, /^(1\.9|2\.0)M$/);
      await destroyDataset(`${dataset}c`);
      await zfsAtLast(`zfs unmount '${dataset}'`);
      const devices = JSON.parse(await ground.ok(["i", "devices", "-l", "-json", ...is], nobody));
      assertEquals(
        devices.map(({ name, state }: Record<string, string>) => `${name} ${state}`).sort(),
        ["home missing", "www there"],
      );
      const plain = await ground.ok(["i", "filesystems", ...is], nobody);
      assertMatch(plain, /^FILESYSTEM PATH +PATTERN +FLAGS\n/);
    } finally {
      await destroyDataset(dataset);
      await sh(`rm -rf '${files}' '${files}-at'`);
    }
  },
);

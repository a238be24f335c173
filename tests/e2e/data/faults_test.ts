/** Obstacles to changes of data: each is a clear error, nothing is lost, and the same command continues without it. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn, onEither, places } from "../support/daemon.ts";
import { destroyDataset, plant, sh, treeOf } from "../support/trees.ts";

const needs = ["directory", "pool"] as const;

/** A dataset, and a plain directory in one of the test's own, of which it may make a filesystem. */
function configOf(ground: Ground, more = ""): string {
  return `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  main: {pattern: ${more}${places.pool}/(instance), destroy: true}
  files: {pattern: ${directoryOf(ground)}/(instance), destroy: true}
devices:
  home: {path: /home, filesystem: main}
  www: {path: /srv, filesystem: files}
`;
}

const directoryOf = (ground: Ground) => `${places.directory}/${ground.id}`;
const datasetOf = (name: string) => `${places.pool}/${name}`;
const mountpointOf = (name: string) => `${Deno.env.get("LXOPS_TEST_ZFS_DIR")}/${name}`;

const trees = async (ground: Ground, name: string): Promise<string[]> =>
  await Promise.all([`${mountpointOf(name)}/home`, `${directoryOf(ground)}/${name}/www`].map(treeOf));

/** Runs a command that must fail, and say all of this. */
async function fails(
  ground: Ground,
  args: readonly string[],
  code: number,
  ...texts: readonly string[]
): Promise<void> {
  const outcome = await ground.run(args);
  assertEquals(outcome.code, code, `${args.join(" ")}\n${outcome.stderr}`);
  for (const text of texts) assertStringIncludes(outcome.stderr, text);
}

inTurn("an impossible dataset is reported with its place before anything changes", needs, async (ground) => {
  const name = ground.name();
  const is = ["-name", name, "a.yaml"];
  const at = "a.yaml:5:3 filesystems.main: ";
  const unchanged = async () => {
    assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
    assertEquals(await ground.get(`/1.0/profiles/${name}.lxops`), undefined);
    assertEquals(await sh(`ls -d '${directoryOf(ground)}' 2>/dev/null || true`), "");
  };
  await ground.write("a.yaml", configOf(ground));
  // A directory with data where the dataset is to be mounted.
  await sh(`mkdir -p '${mountpointOf(name)}'; echo mine >'${mountpointOf(name)}/file'`);
  await fails(
    ground,
    ["launch", ...is],
    3,
    `${at}"${mountpointOf(name)}", where dataset "${datasetOf(name)}"`,
  );
  assertEquals(await sh(`cat '${mountpointOf(name)}/file'; rm -r '${mountpointOf(name)}'`), "mine\n");
  await unchanged();
  for (const mountpoint of ["legacy", "none"]) {
    await sh(`zfs create -o mountpoint=${mountpoint} '${datasetOf(name)}'`);
    for (const command of [["launch"], ["snapshot"], ["export", "-d", "out"]]) {
      await fails(
        ground,
        [...command, ...is],
        3,
        `${at}Dataset "${datasetOf(name)}" has mountpoint "${mountpoint}"`,
      );
    }
    await destroyDataset(datasetOf(name));
    await unchanged();
  }
  // A pool that does not exist, and a parent that does not exist.
  await ground.write("a.yaml", configOf(ground, "no"));
  await fails(ground, ["launch", ...is], 3, `${at}There is no ZFS pool "no${places.pool}"`);
  await unchanged();
  await ground.write("a.yaml", configOf(ground).replace("(instance)", "(instance)/x/y"));
  await ground.ok(["create-devices", ...is]);
  assertEquals(await sh(`zfs get -H -o value mounted '${datasetOf(name)}/x/y'`), "yes\n");
});

onEither("a read-only dataset is reported, and nothing of it is lost", needs, async (ground) => {
  const name = ground.name();
  const is = ["-name", name, "a.yaml"];
  await ground.write("a.yaml", configOf(ground));
  const files = directoryOf(ground);
  await sh(`zfs create -o readonly=on '${datasetOf(name)}'`);
  await fails(
    ground,
    ["create-devices", ...is],
    5,
    `${name}: Create directories`,
    "Read-only file system",
    "Configured at a.yaml:5:3 filesystems.main",
    "To continue: run the same command again",
  );
  await sh(`zfs set readonly=off '${datasetOf(name)}'; rm -rf '${files}'; mkdir '${files}'
    mount --bind '${files}' '${files}'; mount -o remount,bind,ro '${files}'`);
  try {
    await fails(
      ground,
      ["create-devices", ...is],
      5,
      "Read-only",
      "Configured at a.yaml:6:3 filesystems.files",
    );
    await sh(`mount -o remount,bind,rw '${files}'`);
    await ground.ok(["create-devices", ...is]);
    await plant(`${files}/${name}/www`, 1000000);
    const before = await treeOf(`${files}/${name}/www`);
    await sh(`mount -o remount,bind,ro '${files}'`);
    const told = [`is in a read-only mount at "${files}"`, "Nothing was changed.", "mount -o remount,rw"];
    await fails(ground, ["snapshot", "-s", "s1", ...is], 9, ...told);
    await fails(ground, ["destroy", ...is], 9, ...told);
    assertEquals(await treeOf(`${files}/${name}/www`), before);
  } finally {
    await sh(`umount -l '${files}'`);
  }
  await ground.ok(["destroy", ...is]);
});

onEither(
  "a full filesystem is left unchanged, and no other one is filled",
  needs,
  async (ground) => {
    const [name, other] = [ground.name(), ground.name("b")];
    const is = ["-name", name, "a.yaml"];
    await ground.write("a.yaml", configOf(ground));
    const files = directoryOf(ground);
    await sh(`mkdir '${files}'; mount -t tmpfs -o size=1M tmpfs '${files}'`);
    try {
      await ground.ok(["create-devices", ...is]);
      await sh(`head -c 600000 /dev/urandom >'${files}/${name}/www/data'`);
      await sh(`head -c 900000 /dev/urandom >'${mountpointOf(name)}/home/data'`);
      const before = await trees(ground, name);
      const same = async () => {
        assertEquals(await trees(ground, name), before);
        assertEquals(await sh(`ls '${files}'`), `${name}\n`);
        assertEquals(await sh(`zfs list -H -t snapshot -o name | grep '^${datasetOf(name)}@' || true`), "");
      };
      const where = "Configured at a.yaml:6:3 filesystems.files";
      await fails(
        ground,
        ["snapshot", "-s", "s1", ...is],
        5,
        "No space left on device",
        where,
        "taken back: Copy",
      );
      await same();
      await fails(
        ground,
        ["export", "-d", `${files}/out`, ...is],
        5,
        "No space left on device",
        `${name}: Pack`,
      );
      await sh(`rm '${files}/out/manifest.json'; rmdir '${files}/out'`);
      await same();
      await ground.write("b.yaml", `${configOf(ground)}device-template: ${name}\n`);
      const copying = ["create-devices", "-name", other, "b.yaml"];
      await fails(
        ground,
        copying,
        5,
        "No space left on device",
        "taken back: Copy",
        "Configured at b.yaml:6:3",
      );
      assertEquals(await sh(`ls '${files}/${other}'`), "");
      await ground.ok(["destroy", "-name", other, "a.yaml"]);
      await same();
      await ground.ok(["export", "-d", "out", ...is]);
      await fails(ground, ["import", "-d", "out", "-name", other, "a.yaml"], 5, where, `${other}: Unpack`);
      await fails(ground, ["import", "--overwrite", "-d", "out", ...is], 5, where);
      await same();
      await sh(`mount -o remount,size=4M '${files}'`);
      await ground.ok(["import", "--overwrite", "-d", "out", ...is]);
      await ground.ok(["import", "-d", "out", "-name", other, "a.yaml"]);
      assertEquals(await trees(ground, other), before);
      await sh(`mount -o remount,size=1500k '${files}'`);
      await ground.ok(["destroy", "-name", other, "a.yaml"]);
      await same();
      await ground.ok(["destroy", ...is]);
    } finally {
      await sh(`umount -l '${files}'`);
    }
  },
);

onEither("a dataset in use is reported and not destroyed", needs, async (ground) => {
  const name = ground.name();
  const is = ["-name", name, "a.yaml"];
  await ground.write("a.yaml", configOf(ground));
  await ground.ok(["create-devices", ...is]);
  await plant(`${mountpointOf(name)}/home`, 1000000);
  const before = await trees(ground, name);
  const holder = new Deno.Command("sleep", { args: ["600"], cwd: `${mountpointOf(name)}/home` }).spawn();
  try {
    await fails(
      ground,
      ["destroy", ...is],
      5,
      "Destroy dataset",
      "busy",
      "Configured at a.yaml:5:3 filesystems.main",
    );
  } finally {
    holder.kill();
    await holder.status;
  }
  assertEquals(await trees(ground, name), before);
  await ground.ok(["destroy", ...is]);
});

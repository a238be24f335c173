import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { countSteps, cuts, firstSteps } from "../support/cut_off.ts";
import { type Ground, inTurn, onEither, places } from "../support/daemon.ts";
import { BASE } from "../support/planted_image.ts";
import { whileRacing } from "../support/race.ts";
import { assertSameTree, plant, sh, treeOf } from "../support/trees.ts";

const config = () =>
  `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  main: {pattern: ${places.pool}/(instance), destroy: true}
  files: {pattern: ${places.directory}/(instance), destroy: true}
  cache: {pattern: ${places.directory}/(instance)-cache, destroy: true, transient: true}
devices:
  home: {path: /home, filesystem: main}
  www: {path: /srv/www, filesystem: files, dir: deep/www}
  tmp: {path: /var/tmp, filesystem: cache}
`;

interface Subject {
  readonly name: string;
  readonly is: readonly string[];
  /** Arguments of another instance that has nothing yet. */
  readonly other: string;
}

async function launched(ground: Ground): Promise<Subject> {
  const [name, other] = [ground.name("a"), ground.name("b")];
  await ground.write("a.yaml", config());
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  for (const directory of await directories(name)) await plant(directory, BASE);
  return { name, is: ["-name", name, "a.yaml"], other };
}

async function directories(name: string): Promise<[string, string]> {
  const mountpoint = (await sh(`zfs get -H -o value mountpoint '${places.pool}/${name}'`)).trim();
  return [`${mountpoint}/home`, `${places.directory}/${name}/deep/www`];
}

async function trees(name: string): Promise<string[]> {
  return await Promise.all((await directories(name)).map(treeOf));
}

inTurn(
  "an imported export equals the original, byte by byte, and starts",
  ["directory", "pool"],
  async (ground) => {
    const { name, is, other } = await launched(ground);
    await ground.ok(["export", "-d", "out", ...is]);
    assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Running");
    assertEquals(
      await sh(`ls -A '${ground.dir}/out'`),
      "SHA256SUMS\nfiles.tar.gz\nmain.tar.gz\nmanifest.json\n",
    );
    assertEquals(
      await sh(`stat -c %a '${ground.dir}'/out '${ground.dir}'/out/*`),
      "700\n600\n600\n600\n600\n",
    );
    await sh(`cd '${ground.dir}/out'; sha256sum --check --quiet --strict SHA256SUMS`);
    await ground.ok(["import", "-d", "out", "-name", other, "a.yaml"]);
    const [from, to] = [await directories(name), await directories(other)];
    for (const index of [0, 1] as const) await assertSameTree(to[index], from[index]);
    await ground.ok(["launch", "-name", other, "a.yaml"]);
    assertEquals(await ground.inside(other, "cat /home/deep/file /srv/www/deep/file"), "text\ntext");
    const again = await ground.run(["export", "-d", "out", ...is]);
    assertEquals(again.code, 8);
    assertStringIncludes(again.stderr, "--overwrite");
    await ground.ok(["export", "--overwrite", "-d", "out", ...is]);
  },
);

inTurn(
  "a snapshot is exported as it was, while the instance runs on",
  ["directory", "pool"],
  async (ground) => {
    const { name, is, other } = await launched(ground);
    const before = await trees(name);
    await ground.ok(["snapshot", "-s", "s1", ...is]);
    try {
      await sh(`echo changed >'${(await directories(name))[1]}/deep/file'`);
      await ground.ok(["export", "-snapshot", "s1", "-d", "out", ...is]);
      assertEquals(
        await sh(`ls -A '${ground.dir}/out'`),
        "SHA256SUMS\nfiles.tar.gz\nmain.tar.gz\nmanifest.json\n",
      );
      await ground.ok(["import", "-d", "out", "-name", other, "a.yaml"]);
      assertEquals(await trees(other), before);
    } finally {
      await ground.run(["snapshot", "-d", "-s", "s1", ...is]);
    }
  },
);

inTurn(
  "an import verifies first, and overwrites data only with the flag for it",
  ["directory", "pool"],
  async (ground) => {
    const { name, is } = await launched(ground);
    const exported = await trees(name);
    await ground.ok(["export", "-d", "out", ...is]);
    await ground.ok(["delete", "--force", ...is]);
    await sh(`zfs snapshot '${places.pool}/${name}@mine'`);
    for (const directory of await directories(name)) {
      await sh(
        `cd '${directory}'; echo newer >newer; rm -r deep`,
      );
    }
    const newer = await trees(name);
    const refused = await ground.run(["import", "-d", "out", ...is]);
    assertEquals(refused.code, 8);
    assertStringIncludes(refused.stderr, "--overwrite");
    await sh(
      `cp -a '${ground.dir}/out' '${ground.dir}/bad'; printf x | dd of='${ground.dir}/bad/files.tar.gz' bs=1 seek=30 conv=notrunc 2>/dev/null`,
    );
    const bad = await ground.run(["import", "--overwrite", "-d", "bad", ...is]);
    assertEquals(bad.code, 9);
    assertStringIncludes(bad.stderr, "was changed or cut off");
    assertEquals(await trees(name), newer);
    await ground.ok(["import", "--overwrite", "-d", "out", ...is]);
    assertEquals(await trees(name), exported);
    assertStringIncludes(await sh(`zfs list -H -o name -t snapshot -r '${places.pool}/${name}'`), "@mine");
    assertEquals(
      await sh(`ls -d '${places.directory}/${name}'*`),
      `${places.directory}/${name}\n${places.directory}/${name}-cache\n`,
    );
  },
);

inTurn(
  "the next run completes an export or import that ended after any of its steps",
  ["directory", "pool"],
  async (ground) => {
    const { name, is, other } = await launched(ground);
    const before = await trees(name);
    await ground.ok(["snapshot", "-s", "s1", ...is]);
    try {
      const pack = ["export", "-snapshot", "s1", "-d", "out", ...is];
      const packing = await countSteps(ground, pack);
      assert(packing >= 10);
      for (const done of cuts(ground, packing)) {
        await firstSteps(ground, pack, done, { isAlike: true });
        const early = await ground.run(["import", "-d", "out", "-name", other, "a.yaml"]);
        assertEquals(early.code, 7, "a half export was imported");
        await ground.ok(pack);
        assertEquals(
          await sh(`ls -A '${ground.dir}/out'`),
          "SHA256SUMS\nfiles.tar.gz\nmain.tar.gz\nmanifest.json\n",
        );
        await sh(`rm -r '${ground.dir}/out'`);
      }
      await ground.ok(pack);
      const unpack = ["import", "-d", "out", "-name", other, "a.yaml"];
      const unpacking = await countSteps(ground, unpack);
      assert(unpacking >= 7);
      for (const done of cuts(ground, unpacking)) {
        await firstSteps(ground, unpack, done, { isAlike: true });
        const outcome = await ground.run(unpack);
        // What came to its end is not written over.
        if (outcome.code !== 0) await ground.ok(["import", "--overwrite", ...unpack.slice(1)]);
        assertEquals(await trees(other), before, `after ${done} of ${unpacking} steps`);
        await ground.ok(["destroy", "-name", other, "a.yaml"]);
      }
    } finally {
      await ground.run(["snapshot", "-d", "-s", "s1", ...is]);
    }
  },
);

inTurn("a container that plants links in its devices neither leads an export out nor an import", [
  "directory",
  "pool",
], async (ground) => {
  const { name, is, other } = await launched(ground);
  const victim = `${ground.dir}/victim`;
  await sh(`mkdir '${victim}'; echo secret >'${victim}/file'`);
  await ground.inside(name, "mkdir -p /srv/www/race/dir /srv/www/real; echo own >/srv/www/race/dir/file");
  await whileRacing(
    ground,
    name,
    `mv -T /srv/www/race/dir /srv/www/real/dir; ln -s ${victim} /srv/www/race/dir
     rm /srv/www/race/dir; mv -T /srv/www/real/dir /srv/www/race/dir`,
    () => ground.ok(["export", "-d", "out", ...is]),
  );
  await ground.ok(["import", "-d", "out", "-name", other, "a.yaml"]);
  const [, www] = await directories(other);
  assertEquals(await sh(`grep -rl secret '${www}' || true`), "");
  assertEquals(await sh(`cat '${victim}/file'; ls '${victim}'`), "secret\nfile\n");
});

inTurn(
  "an export includes the image, and an import restores it",
  ["directory", "pool"],
  async (ground) => {
    const { name, is } = await launched(ground);
    await ground.ok(["snapshot", "-c", "-s", "v1", ...is]);
    await ground.ok(["publish", "-alias", name, name, "v1"]);
    try {
      const [image] = JSON.parse(await ground.ok(["image", "list", "-json"]))
        .filter(({ alias }: { alias: string[] }) => alias.includes(name));
      await ground.ok(["export", "-image", "-d", "out", ...is]);
      await ground.ok(["delete", "--force", ...is]);
      await ground.ok(["image", "delete", name]);
      await sh(`cp -a '${ground.dir}/out' '${ground.dir}/bad'; printf x >>'${ground.dir}/bad/image.tar.gz'`);
      const bad = await ground.run(["import", "-image", "--overwrite", "-d", "bad", ...is]);
      assertEquals(bad.code, 9);
      assertStringIncludes(bad.stderr, "was changed or cut off");
      for (let times = 0; times < 2; times++) {
        await ground.ok(["import", "-image", "--overwrite", "-d", "out", ...is]);
        const [back] = await ground.get(`/1.0/images?recursion=1`).then((all) =>
          all.filter(({ aliases }: { aliases: { name: string }[] }) =>
            aliases.some((one) => one.name === name)
          )
        );
        assertEquals(back.fingerprint, image.fingerprint);
      }
      await ground.ok(["launch", ...is]);
    } finally {
      await ground.run(["snapshot", "-d", "-s", "v1", ...is]);
      await ground.run(["image", "delete", name]);
    }
  },
);

onEither(
  "an export of the Go lxops is read completely, and then imported",
  ["directory", "pool"],
  async (ground) => {
    const [name, other] = [ground.name("a"), ground.name("b")];
    await ground.write("a.yaml", config());
    await ground.ok(["create-devices", "-name", name, "a.yaml"]);
    for (const directory of await directories(name)) {
      await sh(
        `cd '${directory}'; mkdir deep; head -c 100000 /dev/urandom >deep/file; chown 1001000:1002000 deep/file; find . -exec touch -d @1000000000 {} +`,
      );
    }
    const [main] = await directories(name);
    await sh(`mkdir '${ground.dir}/go' '${ground.dir}/cut'
    tar cfz '${ground.dir}/go/main.tar.gz' -C '${main}/..' .
    tar cfz '${ground.dir}/go/files.tar.gz' -C '${places.directory}/${name}' .
    cp '${ground.dir}/go/main.tar.gz' '${ground.dir}/cut'
    head -c 50000 '${ground.dir}/go/files.tar.gz' >'${ground.dir}/cut/files.tar.gz'`);
    const cut = await ground.run(["import", "-d", "cut", "-name", other, "a.yaml"]);
    assertEquals(cut.code, 5);
    assertStringIncludes(cut.stderr, "Unexpected EOF in archive");
    assertEquals(await sh(`ls -d '${places.directory}/${other}' 2>/dev/null || true`), "");
    const outcome = await ground.run(["import", "-d", "go", "-name", other, "a.yaml"]);
    assertEquals(outcome.code, 0, outcome.stderr);
    assertStringIncludes(outcome.stderr, "has no manifest and no checksums, as exports of the Go lxops");
    assertEquals(await trees(other), await trees(name));
  },
);

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { countSteps, cuts, firstSteps, killedWhen } from "../support/cut_off.ts";
import { type Ground, inTurn, onEither, places } from "../support/daemon.ts";
import { BASE } from "../support/planted_image.ts";
import { whileRacing } from "../support/race.ts";
import { type OtherHost, withSecondHost } from "../support/second_host.ts";
import { destroyDataset, plant, sh, treeBehind } from "../support/trees.ts";

const config = () =>
  `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  main: {pattern: ${places.pool}/lxops/(instance), destroy: true, zfsproperties: {atime: "off"}}
  files: {pattern: "${places.directory}/it's (instance)", destroy: true}
  cache: {pattern: ${places.directory}/(instance)-cache, destroy: true, transient: true}
devices:
  home: {path: /home, filesystem: main}
  www: {path: /srv/www, filesystem: files, dir: deep/www}
  tmp: {path: /var/tmp, filesystem: cache}
`;

const directories = (name: string) => [
  `${Deno.env.get("LXOPS_TEST_ZFS_DIR")}/lxops/${name}/home`,
  `${places.directory}/it's ${name}/deep/www`,
];

async function trees(name: string, inside: readonly string[] = []): Promise<string[]> {
  return await Promise.all(directories(name).map((one) => treeBehind(one.replaceAll("'", "'\\''"), inside)));
}

async function launched(ground: Ground): Promise<string> {
  const name = ground.name("a");
  await ground.write("a.yaml", config());
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  for (const directory of directories(name)) await plant(directory.replaceAll("'", "'\\''"), BASE);
  return name;
}

/** Takes away all that a test made of an instance's filesystems. */
async function remove(ground: Ground, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await ground.run(["delete", "--force", "-name", name, "a.yaml"]);
    const dataset = `${places.pool}/lxops/${name}`;
    if (await sh(`zfs list -H -o name '${dataset}' 2>/dev/null || true`)) await destroyDataset(dataset);
    await sh(`cd '${places.directory}'; rm -rf -- "it's ${name}"* '${name}-cache'`);
  }
}

/** Declares a test whose instances `a`, `b` and `c` leave nothing. */
function aboutCopies(
  title: string,
  needs: Parameters<typeof onEither>[1],
  test: (ground: Ground) => Promise<void>,
  on = onEither,
): void {
  on(title, ["directory", "pool", ...needs], async (ground) => {
    try {
      await test(ground);
    } finally {
      await remove(ground, ...["a", "b", "c"].map((suffix) => ground.name(suffix)));
    }
  });
}

/** Names of the snapshots of a dataset. */
async function snapshots(name: string, inside: readonly string[] = []): Promise<string[]> {
  const text = await sh(
    `zfs list -H -t snapshot -o name | grep '^${places.pool}/lxops/${name}@' || true`,
    inside,
  );
  return text.split("\n").filter((line) => line !== "").map((line) => line.replace(/.*@/, ""));
}

async function change(name: string, text: string): Promise<void> {
  for (const directory of directories(name)) {
    await sh(`cd "${directory}"; rm -rf deep/er; echo ${text} >${text}; chmod 750 shut; echo more >>holes`);
  }
}

aboutCopies(
  "filesystems are copied to another host and back, byte by byte, all of them first and then what changed",
  ["second host"],
  async (ground) => {
    const name = await launched(ground);
    const [other, back] = [ground.name("b"), ground.name("c")];
    await withSecondHost(ground, async (host) => {
      const push = ["copy-filesystems", "-to-host", host.name, ...host.flags, "-from-container", name];
      const to = ["-container", other, "a.yaml"];
      await ground.ok([...push, ...to]);
      assertEquals(await trees(other, host.inside), await trees(name));
      assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Running");
      assertEquals((await snapshots(other, host.inside)).length, 1);
      for (const directory of directories(other)) {
        assert(
          Number(await host.sh(`stat -c %b "${directory}/holes"`)) < 1024,
          "the holes of a file were filled",
        );
      }
      assertEquals(await host.sh(`ls -A '${places.directory}'`), `it's ${other}\n`);
      assertEquals(await sh(`cd '${places.directory}'; ls -d *'${name}'*`), `${name}-cache\nit's ${name}\n`);
      await change(name, "new");
      await ground.ok(["snapshot", "-s", "s2", "-name", name, "a.yaml"]);
      const refused = await ground.run([...push, "-s", "s2", ...to]);
      assertEquals(refused.code, 8, refused.stderr);
      assertStringIncludes(
        refused.stderr,
        `directory "${places.directory}/it's ${other}" on "${host.name}" exists`,
      );
      const script = await ground.ok([...push, "--dry-run", "--overwrite", "-s", "s2", ...to]);
      assertStringIncludes(script, "zfs send -i ");
      await ground.ok([...push, "--overwrite", "-s", "s2", ...to]);
      assertEquals(await trees(other, host.inside), await trees(name));
      await checkRace(ground, host, name, [...push, "--overwrite", ...to]);
      await checkPull(ground, host, other, back);
    });
  },
  inTurn,
);

/** A container that swaps a directory for a link, as fast as it can, does not lead a copy out of its devices. */
async function checkRace(
  ground: Ground,
  host: OtherHost,
  name: string,
  push: readonly string[],
): Promise<void> {
  const victim = `${ground.dir}/victim`;
  await sh(`mkdir '${victim}'; echo secret >'${victim}/file'; chmod -R a+rX '${ground.dir}'`);
  await ground.inside(name, "mkdir -p /srv/www/race/dir /srv/www/real; echo own >/srv/www/race/dir/file");
  await whileRacing(
    ground,
    name,
    `mv -T /srv/www/race/dir /srv/www/real/dir; ln -s ${victim} /srv/www/race/dir
     rm /srv/www/race/dir; mv -T /srv/www/real/dir /srv/www/race/dir`,
    () => ground.ok(push),
  );
  assertEquals(await host.sh(`grep -rl secret '${places.directory}' || true`), "");
  assertEquals(await sh(`cat '${victim}/file'; ls '${victim}'`), "secret\nfile\n");
}

async function checkPull(ground: Ground, host: OtherHost, other: string, back: string): Promise<void> {
  const pull = ["copy-filesystems", "-from-host", host.name, ...host.flags, "-from-container", other];
  const to = ["-container", back, "-remote-config", `${ground.dir}/a.yaml`, "a.yaml"];
  await ground.ok([...pull, ...to]);
  assertEquals(await trees(back), await trees(other, host.inside));
  await ground.ok(["launch", "-name", back, "a.yaml"]);
  assertEquals(await ground.inside(back, "cat /home/new /srv/www/new"), "new\nnew");
  const running = await ground.run([...pull, "--overwrite", ...to]);
  assertEquals(running.code, 9);
  assertStringIncludes(running.stderr, `instance "${back}" runs with its devices`);
}

/** A copy on this machine, which has the same steps as one between two, but for ssh. */
async function prepared(ground: Ground) {
  const [name, other] = [ground.name("a"), ground.name("b")];
  await ground.write("a.yaml", config());
  await ground.ok(["create-devices", "-name", name, "a.yaml"]);
  for (const directory of directories(name)) await plant(directory.replaceAll("'", "'\\''"), 1000000);
  await ground.ok(["snapshot", "-s", "s1", "-name", name, "a.yaml"]);
  const copy = (snapshot: string) => [
    ...["copy-filesystems", "-from-container", name, "-container", other, "-s", snapshot],
    "a.yaml",
  ];
  return { name, other, copy };
}

aboutCopies(
  "a copy is refused where the target is newer, changed or something else, and nothing of it is lost",
  [],
  async (ground) => {
    const { name, other, copy } = await prepared(ground);
    const dataset = `${places.pool}/lxops/${other}`;
    const refuse = async (args: readonly string[], code: number, why: string) => {
      const before = [await trees(other), await snapshots(other)];
      const outcome = await ground.run(args);
      assertEquals(outcome.code, code, outcome.stderr);
      assertStringIncludes(outcome.stderr, why);
      assertEquals([await trees(other), await snapshots(other)], before);
    };
    await ground.ok(copy("s1"));
    assertEquals(await trees(other), await trees(name));
    assertEquals(
      await ground.ok(["i", "filesystems", "-l", "-name", other, "a.yaml"]).then((it) =>
        it.match(/ there /g)?.length
      ),
      2,
    );
    await change(name, "new");
    await ground.ok(["snapshot", "-s", "s2", "-name", name, "a.yaml"]);
    const [home] = directories(other);
    await sh(`echo mine >"${home}/mine"; rm -rf "${places.directory}/it's ${other}"`);
    // What zfs-fuse can tell only when it receives, other ones tell before.
    const written = await ground.run(copy("s2"));
    assert(written.code === 5 || written.code === 9, written.stderr);
    assertStringIncludes(written.stderr, "--overwrite");
    assertEquals(
      await sh(`cat "${home}/mine"; ls '${places.directory}' | grep "it's ${ground.id}"`),
      `mine\nit's ${name}\nit's ${name}@s1\nit's ${name}@s2\n`,
    );
    await sh(
      `zfs snapshot '${dataset}@mine'; mkdir -p "${directories(other)[1]}"; echo mine >"${
        directories(other)[1]
      }/mine"`,
    );
    await refuse(copy("s2"), 9, `has snapshots "mine", which are newer than "${dataset}@s1"`);
    await refuse(["copy-filesystems", "--overwrite", ...copy("s3").slice(1)], 7, "there is no snapshot");
    await ground.ok(["copy-filesystems", "--overwrite", ...copy("s2").slice(1)]);
    assertEquals([await trees(other), await snapshots(other)], [await trees(name), ["s1", "s2"]]);
    await sh(`zfs destroy '${dataset}@s2'; zfs destroy '${dataset}@s1'; zfs snapshot '${dataset}@s1'`);
    await refuse(["copy-filesystems", "--overwrite", ...copy("s2").slice(1)], 9, "no snapshot in common");
  },
);

aboutCopies(
  "the next run completes a first or later copy that ended after any of its steps",
  [],
  async (ground) => {
    const { name, other, copy } = await prepared(ground);
    const first = await trees(name);
    const gone = () => remove(ground, other);
    const count = await countSteps(ground, copy("s1"));
    assert(count >= 7, `${count} steps`);
    for (const done of cuts(ground, count)) {
      await firstSteps(ground, copy("s1"), done);
      await ground.ok(copy("s1"));
      assertEquals(await trees(other), first, `after ${done} of ${count} steps`);
      assertEquals(await leftovers(other), [`it's ${other}`], `after ${done} of ${count} steps`);
      await gone();
    }
    await change(name, "new");
    await ground.ok(["snapshot", "-s", "s2", "-name", name, "a.yaml"]);
    const second = await trees(name);
    const over = (snapshot: string) => ["copy-filesystems", "--overwrite", ...copy(snapshot).slice(1)];
    const again = over("s2");
    const begin = async () => {
      await ground.ok(over("s1"));
      assertEquals(await trees(other), first);
      await sh(directories(other).map((one) => `echo mine >"${one}/mine"`).join("\n"));
    };
    await begin();
    const steps = await countSteps(ground, again);
    assert(steps >= 6, `${steps} steps`);
    for (const done of cuts(ground, steps)) {
      await begin();
      await firstSteps(ground, again, done);
      await ground.ok(again);
      assertEquals(await trees(other), second, `after ${done} of ${steps} steps`);
      assertEquals(await leftovers(other), [`it's ${other}`], `after ${done} of ${steps} steps`);
    }
  },
);

/** Lists the plain directory and its neighbours. */
async function leftovers(name: string): Promise<string[]> {
  return (await sh(`ls '${places.directory}' | grep "it's ${name}" || true`)).trimEnd().split("\n");
}

aboutCopies(
  "a copy to another host continues after a kill during a stream, and changes nothing where the host does not answer",
  ["second host"],
  async (ground) => {
    const { name, other, copy } = await prepared(ground);
    await sh(`head -c 30000000 /dev/urandom >"${directories(name)[0]}/large"`);
    await ground.ok(["snapshot", "-s", "s2", "-name", name, "a.yaml"]);
    await withSecondHost(ground, async (host) => {
      const push = [...copy("s2").slice(0, 1), "-to-host", host.name, ...host.flags, ...copy("s2").slice(1)];
      const nowhere = ["-to-host", "root@127.0.0.1", "-port", "1", ...copy("s2").slice(1)];
      const silent = await ground.run(["copy-filesystems", ...nowhere]);
      assertEquals(silent.code, 5);
      assertStringIncludes(silent.stderr, 'Cannot look at "root@127.0.0.1" by ssh');
      for (let kill = 0; kill < 3; kill++) {
        await killedWhen(
          ground,
          push,
          () => host.sh("pgrep -x zfs >/dev/null && echo yes || true").then((it) => it !== ""),
        );
      }
      await ground.ok(push);
      assertEquals(await trees(other, host.inside), await trees(name));
      assertEquals(await snapshots(other, host.inside), ["s2"]);
      assertEquals(await host.sh(`ls -A '${places.directory}'`), `it's ${other}\n`);
    });
  },
);

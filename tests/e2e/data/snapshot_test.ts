import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { countSteps, cuts, firstSteps } from "../support/cut_off.ts";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { BASE } from "../support/planted_image.ts";
import { destroyDataset, plant, sh, treeOf } from "../support/trees.ts";

/** Two datasets, a plain directory and a transient one, with a device each. */
const config = () =>
  `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  main: {pattern: ${places.pool}/(instance), destroy: true}
  more: {pattern: ${places.pool}/(instance)-more, destroy: true}
  files: {pattern: ${places.directory}/(instance), destroy: true}
  cache: {pattern: ${places.directory}/(instance)-cache, destroy: true, transient: true}
devices:
  home: {path: /home, filesystem: main}
  opt: {path: /opt, filesystem: more}
  www: {path: /srv/www, filesystem: files}
  tmp: {path: /var/tmp, filesystem: cache}
`;

interface Subject {
  readonly name: string;
  /** Arguments that name the instance. */
  readonly is: readonly string[];
  /** The device directories, the transient one last. */
  readonly directories: readonly string[];
}

async function launched(ground: Ground): Promise<Subject> {
  const name = ground.name();
  await ground.write("a.yaml", config());
  const is = ["-name", name, "a.yaml"];
  await ground.ok(["launch", ...is]);
  const devices = (await ground.get(`/1.0/profiles/${name}.lxops`)).devices;
  const directories = ["home", "opt", "www", "tmp"].map((device) => devices[device].source as string);
  for (const directory of directories) await plant(directory, BASE);
  return { name, is, directories };
}

async function trees({ directories }: Subject): Promise<string[]> {
  return await Promise.all(directories.slice(0, 3).map(treeOf));
}

async function change({ directories }: Subject): Promise<void> {
  for (const directory of directories) {
    await sh(`cd '${directory}'; rm -r deep; echo new >new; chmod 700 shut; echo more >>holes`);
  }
}

async function finish(ground: Ground, { name, is }: Subject): Promise<void> {
  await ground.run(["destroy", "--force", ...is]);
  await sh(`rm -rf '${places.directory}/${name}@'*`);
  const more = `${places.pool}/${name}-more`;
  if (await sh(`zfs list -H -o name '${more}' 2>/dev/null || true`)) await destroyDataset(more);
}

/** Runs a test about one instance, which runs all the time unless something stops it. */
function about(
  title: string,
  test: (ground: Ground, subject: Subject) => Promise<void>,
): void {
  inTurn(title, ["directory", "pool"], async (ground) => {
    const subject = await launched(ground);
    try {
      await test(ground, subject);
    } finally {
      await finish(ground, subject);
    }
  });
}

about(
  "a rollback restores datasets and directories from a snapshot, byte by byte",
  async (ground, subject) => {
    const { name, is, directories } = subject;
    const before = await trees(subject);
    const pid = (await ground.get(`/1.0/instances/${name}/state`)).pid;
    await ground.ok(["snapshot", "-s", "s1", ...is]);
    const state = await ground.get(`/1.0/instances/${name}/state`);
    assertEquals([state.status, state.pid], ["Running", pid]);
    assertEquals((await ground.get(`/1.0/instances/${name}`)).config["user.lxops.frozen"], undefined);
    const taken = JSON.parse(await ground.ok(["snapshot", "-json", "list", ...is]));
    assertEquals(taken.map((row: { snapshot: string }) => row.snapshot), ["s1", "s1", "s1"]);
    // The copy of a directory is measured on request, since that reads all of it.
    type Row = { of: string; used: string; bytes: number | null };
    const copyIn = (rows: readonly Row[]) => rows.find(({ of }) => of === `${places.directory}/${name}`)!;
    assertEquals([copyIn(taken).used, copyIn(taken).bytes], ["", null]);
    assertMatch(
      await ground.ok(["snapshot", "list", ...is]),
      new RegExp(` ${places.directory}/${name} +- *$`, "m"),
    );
    const measured = copyIn(JSON.parse(await ground.ok(["snapshot", "-json", "-l", "list", ...is])));
    const blocks = await sh(`du -sk '${places.directory}/${name}@s1' | cut -f 1`);
    assertEquals(
      Math.abs(measured.bytes! / 1024 - Number(blocks)) <= Number(blocks) / 10 + 1,
      true,
      measured.used,
    );
    await change(subject);
    await ground.ok(["rollback", "-s", "s1", ...is]);
    assertEquals(await trees(subject), before);
    assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Running");
    assertEquals(
      await ground.inside(name, "cat /home/deep/file /opt/deep/file /srv/www/deep/file"),
      "text\ntext\ntext",
    );
    assertEquals(await sh(`cat '${directories[3]}/new'`), "new\n");
    assertEquals(
      await sh(`ls -d '${places.directory}/${name}'*`),
      `${places.directory}/${name}\n${places.directory}/${name}-cache\n${places.directory}/${name}@s1\n`,
    );
    const again = await ground.run(["snapshot", "-s", "s1", ...is]);
    assertEquals(again.code, 8);
    assertStringIncludes(again.stderr, "exists");
    await ground.ok(["snapshot", "-d", "-s", "s1", ...is]);
    assertEquals(JSON.parse(await ground.ok(["snapshot", "-json", "list", ...is])), []);
  },
);

about(
  "a rollback destroys newer snapshots only with the flag for it, and changes nothing without",
  async (ground, subject) => {
    const { is } = subject;
    const before = await trees(subject);
    await ground.ok(["snapshot", "-s", "s1", ...is]);
    await change(subject);
    await ground.ok(["snapshot", "-s", "s2", ...is]);
    const changed = await trees(subject);
    const refused = await ground.run(["rollback", "-s", "s1", ...is]);
    assertEquals(refused.code, 9);
    assertStringIncludes(refused.stderr, "@s2");
    assertStringIncludes(refused.stderr, "--destroy-newer");
    assertEquals(await trees(subject), changed);
    await ground.ok(["rollback", "--destroy-newer", "-s", "s1", ...is]);
    assertEquals(await trees(subject), before);
  },
);

about("nothing is rolled back where one filesystem has no such snapshot", async (ground, subject) => {
  const { name, is } = subject;
  await ground.ok(["snapshot", "-s", "s1", ...is]);
  await change(subject);
  const changed = await trees(subject);
  await sh(`zfs destroy '${places.pool}/${name}-more@s1'`);
  const refused = await ground.run(["rollback", "-s", "s1", ...is]);
  assertEquals(refused.code, 7);
  assertStringIncludes(refused.stderr, `-more@s1`);
  assertEquals(await trees(subject), changed);
  assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Running");
});

about("with -c the instance itself is part of the snapshot and of the rollback", async (ground, subject) => {
  const { name, is } = subject;
  await ground.inside(name, "echo one >/root/file");
  await ground.ok(["snapshot", "-c", "-s", "s1", ...is]);
  await ground.inside(name, "echo two >/root/file; echo two >/home/file");
  await ground.ok(["rollback", "-c", "-s", "s1", ...is]);
  assertEquals(
    await ground.inside(name, "cat /root/file; ls /home/file 2>/dev/null || echo none"),
    "one\nnone",
  );
  await ground.ok(["snapshot", "-c", "-d", "-s", "s1", ...is]);
  assertEquals(await ground.get(`/1.0/instances/${name}/snapshots`), []);
});

about(
  "the same command completes a snapshot that ended after any of its steps",
  async (ground, subject) => {
    const { name, is } = subject;
    const before = await trees(subject);
    const args = ["snapshot", "-s", "s1", ...is];
    const count = await countSteps(ground, args);
    assert(count >= 6);
    for (const done of cuts(ground, count)) {
      await firstSteps(ground, args, done, { isAlike: true });
      await ground.ok(args);
      const info = await ground.get(`/1.0/instances/${name}`);
      assertEquals(
        [info.status, info.config["user.lxops.frozen"], info.config["user.lxops.snapshot"]],
        ["Running", undefined, undefined],
        `after ${done} steps`,
      );
      assertEquals(JSON.parse(await ground.ok(["snapshot", "-json", "list", ...is])).length, 3);
      assertEquals(await trees(subject), before);
      await ground.ok(["snapshot", "-d", "-s", "s1", ...is]);
    }
  },
);

about(
  "the next run completes a rollback that ended after any of its steps",
  async (ground, subject) => {
    const { name, is } = subject;
    const before = await trees(subject);
    await ground.ok(["snapshot", "-s", "s1", ...is]);
    const args = ["rollback", "-s", "s1", ...is];
    const count = await countSteps(ground, args);
    assert(count >= 9);
    for (const done of cuts(ground, count)) {
      await sh(subject.directories.slice(0, 3).map((one) => `echo changed >>'${one}/deep/file'`).join("\n"));
      await firstSteps(ground, args, done, { isAlike: true });
      await ground.ok(args);
      assertEquals(await trees(subject), before, `after ${done} of ${count} steps`);
      const info = await ground.get(`/1.0/instances/${name}`);
      assertEquals(
        [info.status, info.config["user.lxops.restart"]],
        ["Running", undefined],
        `after ${done} steps`,
      );
    }
    assertEquals(
      await sh(`cd '${places.directory}'; ls -d '${name}'*`),
      `${name}\n${name}-cache\n${name}@s1\n`,
    );
  },
);

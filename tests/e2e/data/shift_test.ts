import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { countSteps, cuts, firstSteps, killedAfter } from "../support/cut_off.ts";
import { type Ground, inTurn, onEither, places } from "../support/daemon.ts";
import { plainConfig } from "../support/configs.ts";
import { BASE, mountpoint, OWN_ACLS, shiftedCopy } from "../support/planted_image.ts";
import { assertSameTree, plant, sh } from "../support/trees.ts";

const IDS = ["-u", String(BASE), "-g", String(BASE)] as const;

/** A planted directory with the ids of a container, and what it is to become. */
async function plantOne(
  ground: Ground,
  root = `${places.directory}/${ground.id}`,
): Promise<{ directory: string; expected: string }> {
  const directory = `${root}/of container`;
  const expected = `${root}/of host`;
  await Deno.mkdir(directory, { recursive: true });
  await plant(directory, 0);
  await sh(`cd '${directory}'; ${OWN_ACLS}; ${shiftedCopy(expected)}`);
  return { directory, expected };
}

inTurn(
  "shiftids changes ids and nothing else, and does nothing the second time",
  ["directory"],
  async (ground) => {
    const { directory, expected } = await plantOne(ground);
    const passwd = await sh("stat -c '%u:%g %a' /etc/passwd");
    const script = await ground.ok(["shiftids", "--dry-run", ...IDS, directory]);
    assertStringIncludes(script, "chown -R -P -h --from=0:0 1000000:1000000");
    await ground.ok(["shiftids", ...IDS, `${directory}/`]);
    await assertSameTree(directory, expected);
    assertEquals(await sh("stat -c '%u:%g %a' /etc/passwd"), passwd);
    assertEquals(await sh(`ls '${places.directory}/${ground.id}'`), "of container\nof host\n");
    assertStringIncludes(
      await ground.ok(["shiftids", "--dry-run", "-v", ...IDS, directory]),
      "# nothing to do",
    );
    await ground.ok(["shiftids", directory]);
    await assertSameTree(directory, expected);
  },
);

onEither("shiftids works in a dataset as in a directory", ["pool"], async (ground) => {
  const name = ground.name();
  await sh(`zfs create '${places.pool}/${name}'`);
  const { directory, expected } = await plantOne(ground, await mountpoint(name));
  await ground.ok(["shiftids", ...IDS, directory]);
  await assertSameTree(directory, expected);
});

inTurn(
  "the next run completes a shiftids that ended after any of its steps",
  ["directory"],
  async (ground) => {
    const { directory, expected } = await plantOne(ground);
    const args = ["shiftids", ...IDS, directory];
    const original = `${places.directory}/${ground.id}/original`;
    await sh(`cp -a '${directory}' '${original}'`);
    const count = await countSteps(ground, args);
    assert(count >= 6, `${count} steps`);
    for (const done of cuts(ground, count)) {
      await firstSteps(ground, args, done, { isAlike: true });
      await ground.ok(args);
      await assertSameTree(directory, expected);
      await sh(`rm -r '${directory}'; cp -a '${original}' '${directory}'`);
    }
  },
);

onEither(
  "the next run completes a shiftids that was killed during any of its steps",
  ["directory"],
  async (ground) => {
    const { directory, expected } = await plantOne(ground);
    const args = ["shiftids", ...IDS, directory];
    const original = `${places.directory}/${ground.id}/original`;
    await sh(`cp -a '${directory}' '${original}'`);
    const count = await countSteps(ground, args);
    let kills = 0;
    for (let done = 1; done < count; done++) {
      if (await killedAfter(ground, args, done)) kills++;
      await ground.ok(args);
      await assertSameTree(directory, expected);
      await sh(`rm -r '${directory}'; cp -a '${original}' '${directory}'`);
    }
    assert(kills > 0, "no run was killed");
  },
);

inTurn(
  "shiftids refuses directories that a running container could turn into links",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    const secret = `${ground.dir}/secret`;
    await sh(`mkdir '${secret}'; echo secret >'${secret}/file'; chmod -R a+rX '${ground.dir}'`);
    await ground.write("a.yaml", plainConfig());
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    await ground.inside(
      name,
      `mkdir /data/dir /data/real; echo own >/data/dir/file; chmod 4755 /data/dir/file; ln -s ${secret} /data/link
     (while :; do mv -T /data/dir /data/real/dir; ln -s ${secret} /data/dir; rm /data/dir
       mv -T /data/real/dir /data/dir; done) >/dev/null 2>&1 </dev/null &`,
    );
    const directory = `${places.directory}/${name}`;
    const args = ["shiftids", "-u", "2000000", "-g", "2000000", directory];
    const refused = await ground.run(args);
    assertEquals(refused.code, 9, refused.stderr);
    assertStringIncludes(refused.stderr, `"${name}" runs and can write into it`);
    await ground.ok(["instance", "stop", "-wait-stop", "0", name]);
    await ground.ok(args);
    assertEquals(
      await sh(`stat -c %u:%g:%a '${secret}' '${secret}/file'; cat '${secret}/file'`),
      "0:0:755\n0:0:644\nsecret\n",
    );
    assertEquals(await sh(`find '${directory}' -uid -2000000 -o -gid -2000000`), "");
    await ground.ok(["destroy", "-name", name, "a.yaml"]);
  },
);

function shiftConfig(filesystem: string): string {
  return `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  main: {pattern: ${filesystem}, destroy: true}
devices:
  home: {path: /home, filesystem: main, shift: true}
  var: {path: /usr/sbin, filesystem: main, shift: true, extract: true}
`;
}

inTurn("a device with shift has the container's own ids, or is refused before anything changes", [
  "directory",
  "pool",
], async (ground) => {
  const name = ground.name();
  await ground.write("z.yaml", shiftConfig(`${places.pool}/(instance)`));
  const fuse = await ground.run(["launch", "-name", name, "z.yaml"]);
  assertEquals(fuse.code, 3, fuse.stderr);
  assertStringIncludes(fuse.stderr, 'Device "home" cannot be shifted');
  assertEquals(await sh(`zfs list -H -o name '${places.pool}/${name}' 2>/dev/null || true`), "");
  await ground.write("a.yaml", shiftConfig(`${places.directory}/(instance)`));
  const { code, stderr } = await ground.run(["launch", "-name", name, "a.yaml"]);
  if (code === 3) {
    // LXD 5.0 does not find out what newer kernels can do.
    assertStringIncludes(stderr, "cannot be shifted: LXD");
    assertEquals(await ground.get(`/1.0/profiles/${name}.lxops`), undefined);
    assertEquals(await sh(`ls -d '${places.directory}/${name}' 2>/dev/null || true`), "");
    return;
  }
  assertEquals(code, 0, stderr);
  assertEquals(
    await ground.inside(name, "touch /home/new; stat -c %u:%g /home /home/new /usr/sbin/adduser"),
    "0:0\n0:0\n0:0",
  );
  const directory = `${places.directory}/${name}`;
  assertEquals(
    await sh(`stat -c %u:%g '${directory}/home' '${directory}/home/new' '${directory}/var/adduser'`),
    "0:0\n0:0\n0:0\n",
  );
  await ground.ok(["destroy", "--force", "-name", name, "a.yaml"]);
});

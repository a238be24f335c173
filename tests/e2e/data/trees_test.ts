/** Mounts, datasets and devices of other instances within the directories of an instance. */
import { assert, assertEquals } from "@std/assert";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { destroyDataset, sh } from "../support/trees.ts";

function config(pattern: string, more = ""): string {
  return `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  data: {pattern: ${pattern}, destroy: true}
devices:
  db: {path: /var/db, filesystem: data}
${more}`;
}

/** Runs a command that must be refused, with a word in the message, before anything changes. */
async function refused(ground: Ground, args: readonly string[], ...words: readonly string[]): Promise<void> {
  const { code, stderr } = await ground.run(args);
  assert(code !== 0, `${args.join(" ")} was not refused`);
  for (const word of words) assert(stderr.includes(word), `${args.join(" ")}: no "${word}" in:\n${stderr}`);
  assert(!/ \([0-9.]+ s\)/.test(stderr), `${args.join(" ")} did something:\n${stderr}`);
}

inTurn(
  "a bind mount in a plain directory is neither emptied, moved nor packed, and a snapshot leaves it out",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    const directory = `${places.directory}/${ground.id}`;
    const [other, out] = [`${ground.dir}/other one`, `${ground.dir}/out`];
    await ground.write("a.yaml", config(`${places.directory}/(instance)`));
    const is = ["-name", name, "a.yaml"];
    await sh(`mkdir '${other}'; echo precious >'${other}/photo'`);
    await ground.ok(["launch", ...is]);
    await ground.inside(name, "mkdir '/var/db/me dia'; echo 1 >/var/db/rows");
    await ground.ok(["snapshot", "-s", "s1", ...is]);
    await ground.ok(["export", "-d", out, "-snapshot", "s1", ...is]);
    const place = `${directory}/db/me dia`;
    // The two may be of one file system or of two: neither is seen by `rm --one-file-system` and the like.
    for (const mount of [`mount --bind '${other}'`, "mount -t tmpfs tmpfs"]) {
      await sh(`${mount} '${place}'; echo kept >'${place}/kept'`);
      try {
        const words = [`"${place}"`, "Nothing was changed.", `umount '${place}'`];
        await refused(ground, ["rollback", "-s", "s1", ...is], ...words);
        await refused(ground, ["destroy", "--force", "-y", ...is], ...words);
        await refused(ground, ["rename", "--force", ...is, `${name}x`], ...words);
        await refused(ground, ["export", "-d", `${out}2`, ...is], ...words);
        const note = (await ground.run(["snapshot", "-s", "s2", ...is])).stderr;
        assert(note.includes(place), note);
        assertEquals(
          await sh(`cd '${directory}@s2/db'; find . | sort; cat rows`),
          ".\n./me dia\n./rows\n1\n",
        );
        await ground.ok(["snapshot", "-d", "-s", "s2", ...is]);
        assertEquals(await sh(`cat '${place}/kept'`), "kept\n");
      } finally {
        await sh(`umount '${place}'`);
      }
    }
    assertEquals(await sh(`cat '${other}/photo'`), "precious\n");
    // With nothing there any more, all of it goes its way; a stopped instance is imported over.
    await ground.ok(["rollback", "-s", "s1", ...is]);
    await ground.ok(["instance", "stop", name]);
    await sh(`mount --bind '${other}' '${place}'`);
    try {
      await refused(ground, ["import", "--overwrite", "-d", out, ...is], `"${place}"`);
    } finally {
      await sh(`umount '${place}'`);
    }
    await ground.ok(["import", "--overwrite", "-d", out, ...is]);
    await ground.ok(["destroy", "-y", ...is]);
    assertEquals(await sh(`cat '${other}/photo'; ls -d '${directory}' 2>/dev/null || true`), "precious\n");
  },
);

inTurn(
  "datasets below a filesystem are snapshotted and rolled back with it, and commands that cannot include them say so",
  ["pool"],
  async (ground) => {
    const name = ground.name();
    const dataset = `${places.pool}/${name}`;
    await ground.write(
      "a.yaml",
      config(`${places.pool}/(instance)`, "  etc: {path: /etc/app, filesystem: data}\n"),
    );
    const is = ["-name", name, "a.yaml"];
    await sh(`zfs create '${dataset}'; zfs create -o recordsize=16k '${dataset}/db'
      chown 1000000:1000000 "$(zfs get -H -o value mountpoint '${dataset}/db')"`);
    try {
      await ground.ok(["launch", ...is]);
      await ground.inside(name, "echo 1 >/etc/app/c; echo 1 >/var/db/t");
      await ground.ok(["snapshot", "-s", "s1", ...is]);
      await ground.inside(name, "echo 2 >/etc/app/c; echo 2 >/var/db/t");
      const list = JSON.parse(await ground.ok(["i", "filesystems", "-l", "--json", ...is]));
      assertEquals(list.map(({ path, snapshots }: Record<string, unknown>) => [path, snapshots]), [
        [dataset, 1],
        [`${dataset}/db`, 1],
      ]);
      await ground.ok(["rollback", "-s", "s1", ...is]);
      assertEquals(await ground.inside(name, "cat /etc/app/c /var/db/t"), "1\n1");
      const words = [`"${dataset}/db"`, "Nothing was changed."];
      await refused(ground, ["export", "-d", `${ground.dir}/out`, ...is], ...words);
      await refused(ground, ["export", "-d", `${ground.dir}/out`, "-snapshot", "s1", ...is], ...words);
      const copy = ["copy-filesystems", "-container", `${name}b`, "-from-container", name, "a.yaml"];
      await refused(ground, copy, ...words);
      await refused(ground, ["destroy", "--force", "-y", ...is], `"${dataset}/db"`, "Nothing was changed.");
      await sh(`zfs create '${dataset}/late'`);
      await refused(ground, ["rollback", "-s", "s1", ...is], `"${dataset}/late"`, "zfs rename");
      await ground.ok(["delete", "--force", ...is]);
    } finally {
      await destroyDataset(dataset);
    }
  },
);

inTurn(
  "a filesystem in another instance's device is not followed where that instance redirects it",
  ["directory"],
  async (ground) => {
    const [one, two] = [ground.name("a"), ground.name("b")];
    const shared = `${places.directory}/${ground.id}`;
    const host = `${ground.dir}/host`;
    const around = config(shared).replace("filesystem: data}", "filesystem: data, dir: .}");
    await ground.write("one.yaml", around);
    await ground.write("two.yaml", config(`${shared}/two`));
    await sh(`mkdir -p '${host}/db'; echo secret >'${host}/db/key'; chmod -R a+rX '${ground.dir}'`);
    const look = () => sh(`cd '${host}'; find . -printf '%P %y %m %U:%G\\n' | sort; cat db/key`);
    const before = await look();
    const is = ["-name", two, "two.yaml"];
    await ground.ok(["launch", "-name", one, "one.yaml"]);
    const commands = [["launch"], ["create-devices"], ["create-profile"], ["extract"]];
    for (const command of commands) await refused(ground, [...command, ...is], `"${one}"`, "runs");
    await ground.inside(one, `ln -s '${host}' /var/db/two`);
    await ground.ok(["instance", "stop", one]);
    for (const command of commands) {
      await refused(ground, [...command, ...is], `"${shared}/two" is a symlink`);
    }
    assertEquals(await look(), before);
    // A directory in its place, while its holder stands still, is as good as any.
    await sh(`rm '${shared}/two'; mkdir '${shared}/two'`);
    await ground.ok(["launch", ...is]);
    await ground.ok(["query", "-X", "PUT", "-d", '{"action":"start"}', `/1.0/instances/${one}/state`]);
    for (
      const command of [
        ["rebuild"],
        ["snapshot", "-s", "s1"],
        ["export", "-d", `${ground.dir}/out`],
        ["profile", "apply"],
        ["destroy", "--force", "-y"],
      ]
    ) await refused(ground, [...command, ...is], `"${one}"`, "runs");
    await ground.ok(["instance", "stop", one]);
    await ground.ok(["destroy", "--force", "-y", ...is]);
    await ground.ok(["destroy", "-y", "-name", one, "one.yaml"]);
    assertEquals(await look(), before);
  },
);

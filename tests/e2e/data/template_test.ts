import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { countSteps, cuts, firstSteps } from "../support/cut_off.ts";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { BASE } from "../support/planted_image.ts";
import { whileRacing } from "../support/race.ts";
import { assertSameTree, plant, sh } from "../support/trees.ts";

/** A dataset, a plain directory and a transient directory, with a device each. */
export function dataConfig(more = "", image = "image: tiny\n"): string {
  return `#lxops-v1
ostype: alpine
${image}filesystems:
  main: {pattern: ${places.pool}/(instance), destroy: true}
  files: {pattern: ${places.directory}/(instance), destroy: true}
  cache: {pattern: ${places.directory}/(instance)-cache, destroy: true, transient: true}
devices:
  home: {path: /home, filesystem: main}
  www: {path: /srv/www, filesystem: files, dir: deep/www}
  tmp: {path: /var/tmp, filesystem: cache}
${more}`;
}

/** Returns the mount point of a dataset of the pool. */
export async function mountpoint(name: string): Promise<string> {
  return (await sh(`zfs get -H -o value mountpoint '${places.pool}/${name}'`)).trim();
}

async function launchTemplate(ground: Ground): Promise<string> {
  const name = ground.name("t");
  await ground.write("t.yaml", dataConfig());
  await ground.ok(["launch", "-name", name, "t.yaml"]);
  await plant(`${await mountpoint(name)}/home`, BASE);
  await plant(`${places.directory}/${name}/deep/www`, BASE);
  return name;
}

inTurn(
  "the directories of a device-template are copied with all their contents and attributes",
  ["directory", "pool"],
  async (ground) => {
    const template = await launchTemplate(ground);
    const name = ground.name();
    await ground.inside(template, "echo not mine >/var/tmp/file");
    await ground.write("a.yaml", dataConfig(`device-template: ${template}\n`));
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    await assertSameTree(`${await mountpoint(name)}/home`, `${await mountpoint(template)}/home`);
    await assertSameTree(`${places.directory}/${name}/deep/www`, `${places.directory}/${template}/deep/www`);
    assertEquals(
      await ground.inside(name, "cat /home/deep/file; stat -c %u:%g /home/deep; ls /var/tmp"),
      "text\n1000:2000",
    );
    assertEquals((await ground.get(`/1.0/instances/${template}`)).status, "Running");
    await sh(`echo changed >'${places.directory}/${name}/deep/www/deep/file'`);
    await ground.ok(["delete", "--force", "-name", name, "a.yaml"]);
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    assertEquals(await ground.inside(name, "cat /srv/www/deep/file"), "changed");
  },
);

inTurn(
  "an interrupted copy is repeated, and never taken for a complete one",
  ["directory", "pool"],
  async (ground) => {
    const template = await launchTemplate(ground);
    const name = ground.name();
    await ground.write("a.yaml", dataConfig(`device-template: ${template}\n`));
    await sh(`mkdir -p '${places.directory}/${name}/deep/www.partial/rest'`);
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    await assertSameTree(`${places.directory}/${name}/deep/www`, `${places.directory}/${template}/deep/www`);
    assertEquals(await sh(`ls '${places.directory}/${name}/deep'`), "www\n");
  },
);

inTurn(
  "a dataset whose root was filled only in part is filled again",
  ["directory", "pool"],
  async (ground) => {
    const config = (more = "") =>
      `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  main: {pattern: ${places.pool}/(instance), destroy: true}
devices:
  all: {path: /all, filesystem: main, dir: .}
${more}`;
    const template = ground.name("t");
    const name = ground.name();
    await ground.write("t.yaml", config());
    await ground.ok(["create-devices", "-name", template, "t.yaml"]);
    await plant(await mountpoint(template), 1000000);
    await ground.write("a.yaml", config(`device-template: ${template}\n`));
    const dataset = `${places.pool}/${name}`;
    await sh(
      `zfs create -o lxops:unfinished='${dataset}' '${dataset}'; echo half >'${await mountpoint(
        template,
      )}/../${name}/half'`,
    );
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    await assertSameTree(await mountpoint(name), await mountpoint(template));
    assertEquals((await sh(`zfs get -H -o value lxops:unfinished '${dataset}'`)).trim(), "-");
  },
);

inTurn(
  "a device-origin is cloned, and an existing filesystem is used unchanged",
  ["directory", "pool"],
  async (ground) => {
    const template = await launchTemplate(ground);
    const name = ground.name();
    const files = `${places.directory}/${template}`;
    await sh(`zfs snapshot '${places.pool}/${template}@v1'; cp -a '${files}' '${files}@v1'`);
    await sh(`rm -r '${await mountpoint(template)}/home/deep' '${files}/deep/www/deep'`);
    await ground.write("a.yaml", dataConfig(`device-origin: ${template}@v1\n`));
    try {
      await ground.ok(["launch", "-name", name, "a.yaml"]);
      assertEquals(
        (await sh(`zfs get -H -o value origin '${places.pool}/${name}'`)).trim(),
        `${places.pool}/${template}@v1`,
      );
      assertEquals(await ground.inside(name, "cat /home/deep/file /srv/www/deep/file"), "text\ntext");
      await assertSameTree(`${places.directory}/${name}/deep/www`, `${files}@v1/deep/www`);
      await ground.inside(name, "echo mine >/home/new");
      await ground.ok(["delete", "--force", "-name", name, "a.yaml"]);
      await ground.ok(["launch", "-name", name, "a.yaml"]);
      assertEquals(await ground.inside(name, "cat /home/new"), "mine");
    } finally {
      await ground.run(["destroy", "--force", "-name", name, "a.yaml"]);
      await sh(`rm -rf '${files}@v1'`);
    }
  },
);

inTurn("an instance is copied from a snapshot, and from another project", ["directory"], async (ground) => {
  const template = ground.name("t");
  const name = ground.name();
  const plain = (source: string) => `#lxops-v1\nostype: alpine\n${source}\n`;
  await ground.write("t.yaml", plain("image: tiny"));
  await ground.ok(["launch", "-name", template, "t.yaml"]);
  await ground.inside(template, "echo one >/root/file");
  await ground.ok([
    "query",
    "-X",
    "POST",
    "-d",
    '{"name":"v1","stateful":false}',
    `/1.0/instances/${template}/snapshots`,
  ]);
  await ground.inside(template, "echo two >/root/file");
  await ground.write("a.yaml", plain(`origin: ${template}/v1`));
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  assertEquals(await ground.inside(name, "cat /root/file"), "one");
  assertEquals(
    (await ground.get(`/1.0/instances/${name}`)).config["user.lxops.config"],
    `${ground.dir}/a.yaml`,
  );
  const project = `${ground.id}p`;
  const features = {
    "features.images": "false",
    "features.profiles": "false",
    "features.storage.volumes": "false",
  };
  await ground.ok([
    "query",
    "-X",
    "POST",
    "-d",
    JSON.stringify({ name: project, config: features }),
    "/1.0/projects",
  ]);
  try {
    await ground.write("b.yaml", plain(`origin: default_${template}`));
    await ground.ok(["launch", "-project", project, "-name", `${ground.id}b`, "b.yaml"]);
    const inside = ["instance", "exec", "-project", project, `${ground.id}b`, "--", "cat", "/root/file"];
    assertEquals(await ground.ok(inside), "two\n");
  } finally {
    await ground.run(["delete", "--force", "-project", project, "-name", `${ground.id}b`, "b.yaml"]);
    await ground.ok(["query", "-X", "DELETE", `/1.0/projects/${project}`]);
  }
});

inTurn(
  "links that a container plants in its devices do not lead a copy out of them",
  ["directory", "pool"],
  async (ground) => {
    const template = await launchTemplate(ground);
    const name = ground.name();
    const secret = `${ground.dir}/secret`;
    await sh(`mkdir '${secret}'; echo secret >'${secret}/file'; chmod -R a+rX '${ground.dir}'`);
    await ground.inside(
      template,
      `mkdir -p /srv/www/race/dir /srv/www/real; echo own >/srv/www/race/dir/file; ln -s ${secret} /srv/www/link`,
    );
    await ground.write("a.yaml", dataConfig(`device-template: ${template}\n`));
    // A loop that swaps a directory for a link to the host's.
    await whileRacing(
      ground,
      template,
      `mv -T /srv/www/race/dir /srv/www/real/dir; ln -s ${secret} /srv/www/race/dir
       rm /srv/www/race/dir; mv -T /srv/www/real/dir /srv/www/race/dir`,
      () => ground.ok(["create-devices", "-name", name, "a.yaml"]),
    );
    const found = await sh(`grep -rl secret '${places.directory}/${name}' || true`);
    assertEquals(found, "");
    assertStringIncludes(await sh(`readlink '${places.directory}/${name}/deep/www/link'`), secret);
    const status = (await ground.get(`/1.0/instances/${template}`)).status;
    assert(status === "Running", `the template is ${status}`);
    await ground.ok(["destroy", "-name", name, "a.yaml"]);
  },
);

inTurn("--resume completes a launch from a template that ended after any of its steps", [
  "directory",
  "pool",
], async (ground) => {
  const template = await launchTemplate(ground);
  const name = ground.name();
  const all = [`${await mountpoint(template)}/home`, `${places.directory}/${template}/deep/www`];
  await ground.write("a.yaml", dataConfig(`device-template: ${template}\n`));
  const is = ["-name", name, "a.yaml"];
  const count = await countSteps(ground, ["launch", ...is]);
  assert(count >= 12);
  for (const done of cuts(ground, count)) {
    await firstSteps(ground, ["launch", ...is], done, { isAlike: true });
    await ground.ok(["launch", "--resume", ...is]);
    await assertSameTree(`${await mountpoint(name)}/home`, all[0]!);
    await assertSameTree(`${places.directory}/${name}/deep/www`, all[1]!);
    const source = await ground.get(`/1.0/instances/${template}`);
    assertEquals(
      [source.status, source.config["user.lxops.frozen"]],
      ["Running", undefined],
      `after ${done} of ${count} steps`,
    );
    await ground.inside(name, "echo works >/home/new");
    await ground.ok(["destroy", "--force", ...is]);
  }
});

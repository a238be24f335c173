import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { countSteps, cuts, firstSteps, killedAfter } from "../support/cut_off.ts";
import { type Ground, inTurn, onEither, places } from "../support/daemon.ts";
import { mountpoint, type PlantedImage, plantedImage } from "../support/planted_image.ts";
import { whileRacing } from "../support/race.ts";
import { assertSameTree, sh } from "../support/trees.ts";

const NEEDS = ["directory", "pool"] as const;

/** A plain directory, a dataset and the root of a dataset, each with `/srv/www` of the image, and others. */
function config({ alias }: PlantedImage, more = "extract: true\n"): string {
  return `#lxops-v1
ostype: alpine
image: ${alias}
filesystems:
  files: {pattern: ${places.directory}/(instance), destroy: true}
  main: {pattern: ${places.pool}/(instance), destroy: true}
  whole: {pattern: ${places.pool}/(instance)-whole, destroy: true}
  cache: {pattern: ${places.directory}/(instance)-cache, destroy: true, transient: true}
devices:
  www: {path: /srv/www, filesystem: files, dir: deep/www}
  srv: {path: /srv, filesystem: main}
  all: {path: /real/www, filesystem: whole, dir: .}
  empty: {path: /home, filesystem: files, extract: false}
  tmp: {path: /var/tmp, filesystem: cache}
${more}`;
}

async function onImage(ground: Ground, test: (image: PlantedImage) => Promise<void>): Promise<void> {
  const image = await plantedImage(ground);
  try {
    await test(image);
  } finally {
    await image.remove();
  }
}

/** Checks all that is filled, and that nothing is left of what it was filled from. */
async function assertFilled(ground: Ground, name: string, image: PlantedImage, all = true): Promise<void> {
  await assertSameTree(`${places.directory}/${name}/deep/www`, image.plain);
  if (all) await assertSameTree(`${await mountpoint(name)}/srv/www`, image.zfs);
  await assertSameTree(await mountpoint(`${name}-whole`), image.zfs);
  const mark = `zfs get -H -o value lxops:unfinished '${places.pool}/${name}-whole'`;
  assertEquals((await sh(mark)).trim(), "-");
  assertEquals(await sh(`ls '${places.directory}/${name}' '${places.directory}/${name}/deep'`).then(lines), [
    `${places.directory}/${name}:`,
    "deep",
    "empty",
    "",
    `${places.directory}/${name}/deep:`,
    "www",
  ]);
  assertEquals(await ground.get(`/1.0/instances/${name}-lxops-extract`), undefined);
}

/** A name whose second dataset is removed too when the test ends. */
function named(ground: Ground): string {
  ground.name("-whole");
  return ground.name();
}

async function destroy(ground: Ground, is: readonly string[]): Promise<void> {
  await ground.ok(["destroy", "--force", ...is]);
}

function lines(text: string): string[] {
  return text.trimEnd().split("\n");
}

inTurn("new devices get the image's files with all their attributes", NEEDS, async (ground) => {
  await onImage(ground, async (image) => {
    const name = named(ground);
    await ground.write("a.yaml", config(image));
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    await assertFilled(ground, name, image);
    const script =
      "cat /srv/www/deep/file; stat -c %u:%g:%a /srv/www/deep/program; ls /home; stat -c %u:%g /home";
    assertEquals(await ground.inside(name, script), "text\n1000:2000:4755\n0:0");
    const file = `${places.directory}/${name}/deep/www/deep/file`;
    await sh(`echo changed >'${file}'`);
    await ground.ok(["delete", "--force", "-name", name, "a.yaml"]);
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    assertEquals(await Deno.readTextFile(file), "changed\n");
    await destroy(ground, ["-name", name, "a.yaml"]);
  });
});

inTurn("a device that the template lacks gets the image's files", NEEDS, async (ground) => {
  await onImage(ground, async (image) => {
    const [template, name] = [ground.name("t"), named(ground)];
    const own = (device: string, more = "") =>
      `#lxops-v1
ostype: alpine
image: ${image.alias}
filesystems:
  files: {pattern: ${places.directory}/(instance), destroy: true}
devices:
  home: {path: /home, filesystem: files}
${device}${more}`;
    await ground.write("t.yaml", own(""));
    await ground.ok(["create-devices", "-name", template, "t.yaml"]);
    await sh(`echo mine >'${places.directory}/${template}/home/file'`);
    await ground.write(
      "a.yaml",
      own("  www: {path: /srv/www, filesystem: files}\n", `device-template: ${template}\n`),
    );
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    await assertSameTree(`${places.directory}/${name}/www`, image.plain);
    assertEquals(await ground.inside(name, "cat /home/file /srv/www/deep/file"), "mine\ntext");
    await sh(`rm -r '${places.directory}/${template}'`);
    await destroy(ground, ["-name", name, "a.yaml"]);
  });
});

inTurn("extract fills empty directories, and leaves others alone", NEEDS, async (ground) => {
  await onImage(ground, async (image) => {
    const name = named(ground);
    await ground.write("a.yaml", config(image, ""));
    await ground.ok(["create-devices", "-name", name, "a.yaml"]);
    const home = `${places.directory}/${name}/empty`;
    await sh(`echo mine >'${home}/file'`);
    const { stderr, code } = await ground.run(["extract", "-name", name, "a.yaml"]);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, `Device "empty" has content in "${home}"`);
    assertEquals(await Deno.readTextFile(`${home}/file`), "mine\n");
    assertEquals(await sh(`ls -A '${places.directory}/${name}-cache/tmp'`), "");
    await assertFilled(ground, name, image);
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    const running = await ground.run(["extract", "-name", name, "a.yaml"]);
    assertStringIncludes(running.stderr, "it is running");
    await destroy(ground, ["-name", name, "a.yaml"]);
  });
});

inTurn("a link of the image leads to the image and not to the host", ["directory"], async (ground) => {
  await onImage(ground, async (image) => {
    const name = named(ground);
    await ground.write(
      "a.yaml",
      `#lxops-v1
image: ${image.alias}
extract: true
filesystems:
  files: {pattern: ${places.directory}/(instance), destroy: true}
devices:
  evil: {path: /evil, filesystem: files}
  within: {path: /evil/deep, filesystem: files}
  www: {path: /link/www, filesystem: files}
`,
    );
    const { code, stderr } = await ground.run(["create-devices", "-name", name, "a.yaml"]);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, '"/evil" is not in the image: its device starts empty');
    assertEquals(
      await sh(`cd '${places.directory}/${name}'; ls; ls -A evil within`),
      "evil\nwithin\nwww\nevil:\n\nwithin:\n",
    );
    await assertSameTree(`${places.directory}/${name}/www`, image.plain);
    await destroy(ground, ["-name", name, "a.yaml"]);
  });
});

inTurn("a container that turns its directories into links does not redirect a fill", [
  "directory",
], async (ground) => {
  await onImage(ground, async (image) => {
    const name = named(ground);
    const before = `#lxops-v1
ostype: alpine
image: ${image.alias}
filesystems:
  files: {pattern: ${places.directory}/(instance), destroy: true}
devices:
  home: {path: /home, filesystem: files}
`;
    await ground.write("a.yaml", before);
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    await ground.inside(name, `mkdir /home/dir; ln -s ${image.secret} /home/link`);
    const www = "  www: {path: /srv/www, filesystem: files, extract: true}\n";
    await ground.write("b.yaml", before + www);
    await ground.write("c.yaml", before + www.replace("files,", "files, dir: home/new,"));
    await whileRacing(
      ground,
      name,
      `ln -s ${image.secret} /home/new.partial; rm /home/new.partial; mkdir /home/new.partial
       rmdir /home/new.partial`,
      async () => {
        await ground.ok(["create-devices", "-name", name, "b.yaml"]);
        const inside = await ground.run(["create-devices", "-name", name, "c.yaml"]);
        assert(inside.code !== 0);
      },
    );
    await assertSameTree(`${places.directory}/${name}/www`, image.plain);
    assertEquals(await sh(`ls -A '${image.secret}'; cat '${image.secret}/file'`), "file\nsecret\n");
    await destroy(ground, ["-name", name, "a.yaml"]);
  });
});

onEither(
  "the next run completes an extract that ended after any of its steps",
  NEEDS,
  async (ground) => {
    await onImage(ground, async (image) => {
      // Two devices are enough: each step more costs another run.
      await ground.write("a.yaml", config(image, "").replaceAll(/^ {2}(main|cache|srv|tmp): .*\n/gm, ""));
      // Each run has a name of its own, as zfs-fuse may hold a dataset for long.
      const made = async (done: number) => {
        const name = ground.name(`-${done}`);
        ground.name(`-${done}-whole`);
        await ground.ok(["create-devices", "-name", name, "a.yaml"]);
        return { name, is: ["-name", name, "a.yaml"] };
      };
      const count = await countSteps(ground, ["extract", ...(await made(0)).is]);
      for (const done of cuts(ground, count)) {
        const { name, is } = await made(done);
        await firstSteps(ground, ["extract", ...is], done);
        await ground.ok(["extract", ...is]);
        await assertFilled(ground, name, image, false).catch((error) => {
          throw new Error(`after ${done} of ${count} steps`, { cause: error });
        });
        await sh(`rm -r '${places.directory}/${name}'`);
      }
      assert(count >= 9, `${count} steps`);
    });
  },
);

onEither(
  "the next run completes a fill that was killed during any of its steps",
  NEEDS,
  async (ground) => {
    await onImage(ground, async (image) => {
      await ground.write("a.yaml", config(image).replaceAll(/^ {2}(main|cache|srv|tmp): .*\n/gm, ""));
      const argsOf = (name: string) => ["create-devices", "-name", name, "a.yaml"];
      const count = await countSteps(ground, argsOf(ground.name("-0")));
      const tried = [...cuts(ground, count, 3)];
      let kills = 0;
      for (const done of tried) {
        const name = ground.name(`-${done}`);
        ground.name(`-${done}-whole`);
        const args = argsOf(name);
        if (await killedAfter(ground, args, done)) kills++;
        await ground.ok(args);
        await assertFilled(ground, name, image, false).catch((error) => {
          throw new Error(`killed after ${done} of ${count} steps`, { cause: error });
        });
        await sh(`rm -r '${places.directory}/${name}'`);
      }
      assert(kills >= tried.length / 4, `killed only ${kills} times in ${tried.length} runs`);
    });
  },
);

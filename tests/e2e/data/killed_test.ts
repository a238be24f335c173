/** Kills (-9) each command that changes data during every step of its plan, and repeats it. */
import { assert, assertEquals } from "@std/assert";
import { countSteps, cuts, killedAfter } from "../support/cut_off.ts";
import { type Ground, onEither, places } from "../support/daemon.ts";
import { destroyDataset, plant, sh, treeOf } from "../support/trees.ts";

const config = (more = "") =>
  `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  main: {pattern: ${places.pool}/(instance), destroy: true}
  files: {pattern: ${places.directory}/(instance), destroy: true}
devices:
  home: {path: /home, filesystem: main}
  www: {path: /srv/www, filesystem: files, dir: deep/www}
${more}`;

const mountpoints = () => Deno.env.get("LXOPS_TEST_ZFS_DIR");
const directories = (name: string) => [
  `${mountpoints()}/${name}/home`,
  `${places.directory}/${name}/deep/www`,
];

const trees = async (name: string) => await Promise.all(directories(name).map(treeOf));

async function removeAll(name: string): Promise<void> {
  for (const dataset of [name, `${name}-more`].map((one) => `${places.pool}/${one}`)) {
    if (await sh(`zfs list -H -o name '${dataset}' 2>/dev/null || true`)) await destroyDataset(dataset);
  }
  await sh(
    `cd '${places.directory}'; rm -rf -- '${name}' '${name}-kept' '${name}@'* '${name}-kept@'* '${name}.'*`,
  );
}

/** Lists an instance's filesystems and their neighbours. */
async function names(name: string): Promise<string> {
  return await sh(`zfs list -H -t all -o name | grep '^${places.pool}/${name}' || true
    ls '${places.directory}' | grep '^${name}' || true`);
}

/** Kills a command during its steps, and returns the number of kills. */
async function killAll(
  ground: Ground,
  args: readonly string[],
  round: { readonly before: () => Promise<unknown>; readonly after: (when: string) => Promise<unknown> },
): Promise<{ readonly kills: number; readonly tried: number }> {
  await round.before();
  const count = await countSteps(ground, args);
  const tried = [...cuts(ground, count)];
  let kills = 0;
  for (const done of tried) {
    if (done !== tried[0]) await round.before();
    if (await killedAfter(ground, args, done)) kills++;
    await round.after(`killed after ${done} of ${count} steps of ${args[0]}`);
  }
  return { kills, tried: tried.length };
}

/** Runs a command again; what came to its end may be refused. */
async function again(ground: Ground, args: readonly string[], refused?: RegExp): Promise<void> {
  let outcome = await ground.run(args);
  for (let tries = 0; outcome.code !== 0 && tries < 5; tries++) {
    // What is in a dataset whose mount was cut off cannot be seen; lxops says what to do about it.
    const mount = /mount it with: (zfs mount \S+)/.exec(outcome.stderr)?.[1];
    if (mount) await sh(mount);
    // zfs-fuse may hold a dataset of a program that was killed for longer than lxops tries.
    else if (!/busy/.test(outcome.stderr)) break;
    outcome = await ground.run(args);
  }
  assert(outcome.code === 0 || refused?.test(outcome.stderr), outcome.stderr);
}

onEither(
  "the next run completes a command about data that was killed during any step, and nothing is lost",
  ["directory", "pool"],
  async (ground, t) => {
    const [template, name, other] = [ground.name("t"), ground.name("a"), ground.name("b")];
    await ground.write("t.yaml", config());
    await ground.write("a.yaml", config(`device-template: ${template}\n`));
    const is = ["-name", name, "a.yaml"];
    try {
      await ground.ok(["create-devices", "-name", template, "t.yaml"]);
      for (const directory of directories(template)) await plant(directory, 1000000);
      const original = await trees(template);
      const nothing = async () => {};
      let [total, runs] = [0, 0];
      const step = (args: readonly string[], round: Parameters<typeof killAll>[2]) =>
        t.step(args[0]!, async (step) => {
          const { kills, tried } = await killAll(ground, args, round);
          total += kills;
          runs += tried;
          await step.step(`${kills} kills`, nothing);
        });

      await step(["create-devices", ...is], {
        before: () => removeAll(name),
        after: async (when) => {
          await again(ground, ["create-devices", ...is]);
          assertEquals(await trees(name), original, when);
        },
      });
      const whole = await names(name);
      await step(["snapshot", "-s", "s1", ...is], {
        before: async () => {
          await ground.run(["snapshot", "-d", "-s", "s1", ...is]);
          assertEquals(await names(name), whole);
        },
        after: async (when) => {
          const outcome = await ground.run(["snapshot", "-s", "s1", ...is]);
          if (outcome.code !== 0) {
            await again(ground, ["snapshot", "-d", "-s", "s1", ...is]);
            await ground.ok(["snapshot", "-s", "s1", ...is]);
          }
          assertEquals(await trees(name), original, when);
        },
      });
      const taken = await names(name);
      await step(["rollback", "-s", "s1", ...is], {
        before: () => sh(directories(name).map((one) => `echo changed >>'${one}/deep/file'`).join("\n")),
        after: async (when) => {
          await again(ground, ["rollback", "-s", "s1", ...is]);
          assertEquals([await trees(name), await names(name)], [original, taken], when);
        },
      });
      await step(["export", "-d", "out", ...is], {
        before: () => sh(`rm -rf '${ground.dir}/out'`),
        after: async (when) => {
          await again(ground, ["export", "-d", "out", ...is], /holds an export already/);
          await sh(`cd '${ground.dir}/out'; sha256sum --check --quiet --strict SHA256SUMS`);
          const exported = (await sh(`ls -A '${ground.dir}/out'`)).trim().split("\n");
          assertEquals(exported.length, 4, `${when}: ${exported}`);
          assertEquals(await trees(name), original, when);
        },
      });
      const over = ["import", "--overwrite", "-d", "out", ...is];
      await step(over, {
        before: () => sh(directories(name).map((one) => `echo changed >>'${one}/deep/file'`).join("\n")),
        after: async (when) => {
          await again(ground, over);
          assertEquals([await trees(name), await names(name)], [original, taken], when);
        },
      });
      const copy = [
        "copy-filesystems",
        "--overwrite",
        "-s",
        "s1",
        "-from-container",
        name,
        "-container",
        other,
      ];
      await step([...copy, "a.yaml"], {
        before: () => removeAll(other),
        after: async (when) => {
          await again(ground, [...copy, "a.yaml"]);
          assertEquals(await trees(other), original, when);
        },
      });
      await step(["destroy", "-name", other, "a.yaml"], {
        before: () => again(ground, [...copy, "a.yaml"]),
        after: async (when) => {
          await again(ground, ["destroy", "-name", other, "a.yaml"], /[Nn]othing/);
          assertEquals(await names(other), "", when);
        },
      });
      assertEquals(await trees(template), original);
      // Of a quick machine's steps some are over before the signal comes.
      assert(total >= runs / 8, `only ${total} of ${runs} runs were killed before they came to their end`);
    } finally {
      for (const one of [template, name, other]) await removeAll(one);
    }
  },
);

onEither(
  "the next run completes a rename that was killed during any step",
  ["directory", "pool"],
  async (ground, t) => {
    let [from, to] = [ground.name("a"), ground.name("b")];
    await ground.write("a.yaml", config());
    try {
      await ground.ok(["launch", "-name", from, "a.yaml"]);
      await ground.ok(["instance", "stop", from]);
      for (const directory of directories(from)) await plant(directory, 1000000);
      const original = await trees(from);
      const rename = () => ["rename", "-name", from, "a.yaml", to];
      let kills = 0;
      const count = await countSteps(ground, rename());
      for (const done of cuts(ground, count, 3)) {
        if (await killedAfter(ground, rename(), done)) kills++;
        await again(ground, rename(), /There is no instance/);
        assertEquals(await trees(to), original, `killed after ${done} of ${count} steps`);
        assertEquals(await names(from), "");
        const { status, profiles } = await ground.get(`/1.0/instances/${to}`);
        assertEquals([status, profiles], ["Stopped", ["default", `${to}.lxops`]]);
        [from, to] = [to, from];
      }
      assert(kills > 0, "no run was killed before it came to its end");
      await t.step(`${kills} kills`, () => {});
    } finally {
      for (const one of [from, to]) {
        await ground.run(["delete", "-name", one, "a.yaml"]);
        await removeAll(one);
      }
    }
  },
);

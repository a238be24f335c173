/** An instance keeps its data whatever properties or names a later command line has. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { sh } from "../support/trees.ts";

const needs = ["directory", "pool"] as const;

const directoryOf = (ground: Ground) => `${places.directory}/${ground.id}`;

/** A plain directory, a dataset and a volume, whose paths a property decides. */
function configOf(ground: Ground): string {
  return `#lxops-v1
ostype: alpine
image: tiny
properties: {env: dev}
filesystems:
  plain: {pattern: ${directoryOf(ground)}/(env)/(instance), destroy: true}
  main: {pattern: ${places.pool}/${ground.id}/(env), destroy: true}
  volume: {pattern: "volume:default/${ground.id}-(env)", destroy: true}
devices:
  plain: {path: /plain, filesystem: plain}
  main: {path: /main, filesystem: main}
  volume: {path: /volume, filesystem: volume, dir: .}
`;
}

/** Runs a command that must fail, change nothing, and say all of this. */
async function refused(ground: Ground, args: readonly string[], ...texts: readonly string[]): Promise<void> {
  const outcome = await ground.run(args);
  assertEquals(outcome.code, 9, `${args.join(" ")}\n${outcome.stderr}`);
  for (const text of ["Nothing was changed", ...texts]) assertStringIncludes(outcome.stderr, text);
}

inTurn("the -P of a launch is remembered, and another value takes no data away", needs, async (ground) => {
  const name = ground.name();
  const is = ["-name", name, "a.yaml"];
  const other = ["-P", "env=test", ...is];
  await ground.write("a.yaml", configOf(ground));
  const datasets = `zfs list -H -o name -r '${places.pool}/${ground.id}' | tail -n +2`;
  const data = () => ground.inside(name, "cat /plain/f /main/f /volume/f");
  try {
    await ground.ok(["launch", "-P", "env=prod", ...is]);
    await ground.inside(name, "for one in plain main volume; do echo $one >/$one/f; done");
    const places = `"${directoryOf(ground)}/prod/${name}/plain"`;
    const told = [places, places.replace("prod", "test"), "-P env=prod", "--move-devices"];
    await refused(ground, ["rebuild", ...other], ...told);
    await refused(ground, ["profile", "apply", ...other], ...told);
    // The data under the other name belongs to another instance.
    await sh(`mkdir -p '${directoryOf(ground)}/test/${name}/plain'`);
    await refused(ground, ["rebuild", ...other], ...told);
    const wrong = ["-P env=prod", places];
    await refused(ground, ["destroy", "-force", ...other], ...wrong);
    await refused(ground, ["snapshot", "-s", "s", ...other], ...wrong);
    assertEquals(
      await sh(`ls -A '${directoryOf(ground)}/test/${name}'; ${datasets}`),
      "plain\n" +
        await sh(datasets),
    );

    // Nothing has to be given again, and what is noted outlives a rebuild.
    await ground.ok(["rebuild", ...is]);
    assertEquals(await data(), "plain\nmain\nvolume");
    await ground.ok(["profile", "diff", ...is]);
    await ground.ok(["destroy", "-force", ...is]);
    assertEquals(
      await sh(`ls '${directoryOf(ground)}/prod' '${directoryOf(ground)}/test'; ${datasets} || true`),
      `${directoryOf(ground)}/prod:\n\n${directoryOf(ground)}/test:\n${name}\n`,
    );
    assertEquals(await ground.get(`/1.0/storage-pools/default/volumes/custom/${ground.id}-prod`), undefined);
  } finally {
    await sh(`zfs destroy -r '${places.pool}/${ground.id}' 2>/dev/null || true`);
    for (const env of ["prod", "test"]) {
      await ground.run([
        "query",
        "-X",
        "DELETE",
        `/1.0/storage-pools/default/volumes/custom/${ground.id}-${env}`,
      ]);
    }
  }
});

inTurn(
  "an instance that the daemon's client renamed shares its data with no other",
  ["directory"],
  async (ground) => {
    const [name, renamed] = [ground.name("a"), ground.name("b")];
    await ground.write(
      "a.yaml",
      `#lxops-v1
ostype: alpine
image: tiny
filesystems: {plain: {pattern: ${directoryOf(ground)}/(instance), destroy: true}}
devices: {plain: {path: /plain, filesystem: plain}}
`,
    );
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    await ground.inside(name, "echo mine >/plain/f");
    await ground.ok(["instance", "stop", name]);
    await ground.ok([
      "query",
      "-X",
      "POST",
      "-d",
      JSON.stringify({ name: renamed }),
      `/1.0/instances/${name}`,
    ]);
    const cure = `lxops rename --name ${name} a.yaml ${renamed}`;
    await refused(ground, ["rebuild", "-name", renamed, "a.yaml"], cure);
    await refused(ground, ["destroy", "-name", renamed, "a.yaml"], cure);
    await refused(ground, ["launch", "-name", name, "a.yaml"], cure);
    assertEquals(await sh(`ls '${directoryOf(ground)}'`), `${name}\n`);
    assertEquals(await ground.get(`/1.0/profiles/${renamed}.lxops`), undefined);

    await ground.ok(["rename", "-name", name, "a.yaml", renamed]);
    assertEquals(
      await sh(`ls '${directoryOf(ground)}'; cat '${directoryOf(ground)}/${renamed}/plain/f'`),
      `${renamed}\nmine\n`,
    );
    await ground.ok(["rebuild", "-name", renamed, "a.yaml"]);
    assertEquals(await ground.inside(renamed, "cat /plain/f"), "mine");
    await ground.ok(["destroy", "-force", "-name", renamed, "a.yaml"]);
  },
);

inTurn(
  "no command makes an empty directory in the place of one that was moved away",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    const is = ["-name", name, "a.yaml"];
    const directory = `${directoryOf(ground)}/${name}`;
    await ground.write(
      "a.yaml",
      `#lxops-v1
ostype: alpine
image: tiny
filesystems: {data: {pattern: ${directoryOf(ground)}/(instance), destroy: true}}
devices: {data: {path: /data, filesystem: data}}
`,
    );
    await ground.ok(["launch", ...is]);
    try {
      await ground.ok(["stop", "-wait-stop", "0", name]);
      await sh(`mv '${directory}' '${directory}-moved'`);
      const told = `the directory "${directory}/data" of its device "data" does not exist`;
      for (const args of [["start", name], ["up", ...is], ["rebuild", ...is]]) {
        await refused(ground, args, told, "move it back", "lxops create-devices --name");
      }
      assertStringIncludes((await ground.run(["plan", ...is])).stderr, `note: ${name}: the directory`);
      await sh(`test ! -e '${directory}' && mv '${directory}-moved' '${directory}'`);
      await ground.ok(["start", name]);
      // Who does not want it back says so.
      await ground.ok(["stop", "-wait-stop", "0", name]);
      await sh(`rm -r '${directory}'`);
      await ground.ok(["create-devices", ...is]);
      await ground.ok(["up", ...is]);
      // A configuration that cannot be read is no reason to keep an instance that is named.
      await ground.write("a.yaml", "#lxops-v1\nimage: [\n");
      const { code, stderr } = await ground.run(["down", "-wait-stop", "0", name]);
      assertEquals(code, 0, stderr);
      assertStringIncludes(stderr, "is left out, because it cannot be used");
      assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
      assertEquals(await ground.get(`/1.0/profiles/${name}.lxops`), undefined);
    } finally {
      await sh(`rm -rf '${directoryOf(ground)}'`);
    }
  },
);

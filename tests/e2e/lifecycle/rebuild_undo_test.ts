/** Tests of `rebuild --undo-data`: a failed rebuild also restores the data, even if lxops was killed or hindered. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { firstSteps, stepsOf } from "../support/cut_off.ts";
import { type Ground, places } from "../support/daemon.ts";
import { onSomeOfAll } from "../support/three_daemons.ts";
import { sh } from "../support/trees.ts";

/** A configuration with a plain directory, a dataset and a volume. */
function configOf(name: string, more = ""): string {
  return `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  files: {pattern: "${places.directory}/${name}", destroy: true}
  main: {pattern: "${places.pool}/${name}", destroy: true}
  volume: {pattern: "volume:default/${name}", destroy: true}
devices:
  data: {path: /data, filesystem: files}
  mail: {path: /mail, filesystem: main}
  more: {path: /more, filesystem: volume, dir: ""}
${more}`;
}

/** A program that changes all that can be changed. */
const CHANGE = "for at in /data /mail /more; do echo changed >$at/file; rm $at/gone; chmod 700 $at/file; " +
  "mkdir $at/sub; echo new >$at/sub/new; done";
const LOOK =
  "cd /; find data mail more -exec stat -c '%n %F %u:%g %a %Y %s' {} + | sort; cat /*/file /*/gone";

/** Returns what a rebuild left beside an instance's data. */
async function remains(ground: Ground, name: string): Promise<readonly string[]> {
  const beside = await sh(
    `ls -d '${places.directory}/${name}'?* 2>/dev/null || true; zfs list -H -o name -t snapshot -r '${places.pool}/${name}'`,
  );
  const snapshots: readonly string[] = await ground.get(
    `/1.0/storage-pools/default/volumes/custom/${name}/snapshots`,
  );
  const { config } = await ground.get(`/1.0/instances/${name}`);
  return [
    ...beside.trim().split("\n").filter((line) => line !== ""),
    ...snapshots,
    ...await ground.beside(name),
    ...Object.keys(config).filter((key) => key === "user.lxops.undo-data"),
  ];
}

onSomeOfAll(
  1,
  "a rebuild that fails puts the data back with --undo-data, also after a kill, and never over newer snapshots",
  ["directory", "pool"],
  async (ground) => {
    const name = ground.name();
    const dataset = `${places.pool}/${name}`;
    await ground.write("bad.cfg", `#cloud-config\nruncmd: [${JSON.stringify(`${CHANGE}; exit 7`)}]\n`);
    await ground.write("slow.cfg", `#cloud-config\nruncmd: [${JSON.stringify(`${CHANGE}; sleep 3600`)}]\n`);
    await ground.write("a.yaml", configOf(name));
    await ground.write("bad.yaml", configOf(name, "cloud-config-files: [bad.cfg]\n"));
    await ground.write("slow.yaml", configOf(name, "cloud-config-files: [slow.cfg]\n"));
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    await ground.inside(
      name,
      "for at in /data /mail /more; do echo kept | tee $at/file >$at/gone; done; sync",
    );
    const before = await ground.inside(name, LOOK);
    const undo = ["rebuild", "--undo-data", "-wait-stop", "0", "-name", name];
    const resume = ["rebuild", "--resume", "-wait-stop", "0", "-name", name];
    const isBack = async (said: string) => {
      await ground.ok(["instance", "wait", name]);
      assertEquals(await ground.inside(name, LOOK), before, said);
      assertEquals(await remains(ground, name), [], said);
    };
    try {
      const small = await ground.run([...undo, "--max-copy", "1K", "bad.yaml"]);
      assertEquals(small.code, 9, small.stderr);
      assertStringIncludes(small.stderr, "Nothing was changed");

      const failed = await ground.run([...undo, "bad.yaml"]);
      assertEquals(failed.code, 5, failed.stderr);
      assertStringIncludes(failed.stderr, "was put back as it was before then");
      await isBack(failed.stderr);

      // Another user takes a snapshot meanwhile.
      const taken = async () => {
        await sh(`until test -e '${places.directory}/${name}/data/sub/new'; do sleep 0.1; done`);
        await sh(`zfs snapshot '${dataset}@mine'`);
      };
      const hindered = await ground.run([...undo, "slow.yaml"], { interrupt: taken() });
      assertEquals(hindered.code, 130, hindered.stderr);
      assertStringIncludes(hindered.stderr, "could not take back");
      // Everything else is restored, and the instance cannot start before the rest is.
      assertStringIncludes(hindered.stderr, `not put back: "${dataset}" (`);
      assertEquals(await Deno.readTextFile(`${places.directory}/${name}/data/file`), "kept\n");
      assert((await ground.run(["start", name])).code !== 0);
      assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Stopped");
      const other = await ground.run(["rebuild", "-name", name, "a.yaml"]);
      assertEquals(other.code, 9, other.stderr);
      assertStringIncludes(other.stderr, "its data is yet to be put back");
      const newer = await ground.run([...resume, "a.yaml"]);
      assertEquals(newer.code, 9, newer.stderr);
      assertStringIncludes(newer.stderr, `${dataset}@mine`);
      await sh(`zfs destroy '${dataset}@mine'`);
      // As if a kill had come while the directory was replaced.
      const directory = `${places.directory}/${name}`;
      await Deno.rename(directory, `${directory}.lxops-replaced`);
      await isBack(await ground.ok([...resume, "a.yaml"]));

      // Killed once the new one ran: the next run knows that the data is to go back.
      const script = await ground.ok([undo[0]!, "--dry-run", ...undo.slice(1), "bad.yaml"]);
      const start = stepsOf(script).steps.findIndex((step) => step.startsWith("# Start instance"));
      assert(start > 0, script);
      await firstSteps(ground, [...undo, "bad.yaml"], start + 1);
      await ground.ok(["instance", "wait", name]);
      await ground.inside(name, "echo more >/data/other; echo more >/mail/other");
      const again = await ground.run([...resume, "bad.yaml"]);
      assertEquals(again.code, 5, again.stderr);
      await isBack(again.stderr);

      await ground.ok([...undo, "a.yaml"]);
      await isBack("after a rebuild that is complete");

      // Without the flag, snapshots stay where one failed, and prune removes them.
      assertEquals((await ground.run(["rebuild", "-wait-stop", "0", "-name", name, "bad.yaml"])).code, 5);
      assert((await remains(ground, name)).length > 0);
      await ground.ok(["prune", "-name", name, "a.yaml"]);
      assertEquals(await remains(ground, name), []);

      // What one that was cut off left beside the directory goes with the next one that is configured.
      await Deno.mkdir(`${directory}@lxops-rebuild-a1b2c3-${name}`);
      await Deno.mkdir(`${directory}@lxops-rebuild-a1b2c4-${name}.partial`);
      await ground.ok(["rebuild", "-wait-stop", "0", "-name", name, "a.yaml"]);
      assertEquals(await remains(ground, name), []);
    } finally {
      await ground.run(["destroy", "--force", "-name", name, "a.yaml"]);
    }
  },
);

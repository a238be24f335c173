/** A rebuild that fails brings the old instance back by itself, with its addresses and its data. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { load } from "../../../scripts/testbed/bed.ts";
import { FAILURES } from "../../faults/returns/failures.ts";
import { configOf, type Serving } from "../../faults/returns/return.ts";
import { runFailures } from "../../faults/returns/table.ts";
import { lxops, mustRun } from "../../faults/site.ts";
import { inTurn, places } from "../support/daemon.ts";
import { onAll } from "../support/three_daemons.ts";
import { isTaken } from "../../support/sample.ts";
import { sh } from "../support/trees.ts";

/** Nothing is left to do after the last failure, and a rebuild that succeeds removes what those that failed left. */
async function rebuildsAgain({ site }: Serving): Promise<void> {
  const is = ["-name", site.id, "b.yaml"];
  const resumed = await lxops(site, ["rebuild", "--resume", ...is]);
  assertEquals(resumed.code, 0, resumed.stderr);
  assertStringIncludes(resumed.stderr, "nothing to continue");
  await Deno.writeTextFile(`${site.dir}/b.yaml`, configOf(site, "tiny2"));
  await mustRun(site, ["rebuild", ...is]);
  assertEquals((await sh(`zfs list -H -t snapshot -r '${site.place.pool}/${site.id}'`)).trim(), "");
  const shown = "grep VERSION /etc/os-release; cat /srv/dir/file /srv/zfs/file /srv/volume/file";
  const inside = await mustRun(site, ["instance", "exec", site.id, "--", "/bin/sh", "-c", shown]);
  assertEquals(inside.trim(), "VERSION_ID=2\nkept\nkept\nkept");
}

onAll(
  "a rebuild that fails brings the old instance back, with its addresses and data",
  ["directory", "pool", "bed"],
  async (ground) => {
    const bed = (await load(places.bed!))!;
    const at = bed.daemons.findIndex(({ socket }) => socket === ground.daemon.socket);
    // The daemons share half of the kinds of failure, and change them from commit to commit.
    const failures = FAILURES.filter((_, index) => isTaken(index + 2 * at, 6));
    await runFailures(bed, bed.daemons[at]!, failures, ({ title }, { stderr, wrong }) => {
      assertEquals(wrong, [], `${title}:\n${stderr}`);
      return Promise.resolve();
    }, { patience: 3, afterwards: rebuildsAgain });
  },
);

inTurn(
  "a rebuild that fails leaves the new instance with the flag for it",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    await ground.write("bad.cfg", "#cloud-config\nruncmd: [test -e /root/mended]\n");
    await ground.write("a.yaml", "#lxops-v1\nimage: tiny\nostype: alpine\n");
    await ground.write("b.yaml", "#lxops-v1\nimage: tiny2\nostype: alpine\ncloud-config-files: [bad.cfg]\n");
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    const version = async () => await ground.inside(name, "grep -o '.$' /etc/os-release | tail -1");
    const kept = await ground.run(["rebuild", "--keep-failed", "-name", name, "b.yaml"]);
    assertEquals(kept.code, 5, kept.stderr);
    assertStringIncludes(kept.stderr, "stays beside it");
    assertEquals(await version(), "1");
    const [failed = ""] = await ground.beside(name);
    const started = await ground.run(["instance", "start", failed]);
    assert(started.code !== 0, "the failed one was started");
    assertStringIncludes(await ground.ok(["instance", "list"]), "(failed)");
    // It is no spare.
    assertEquals((await ground.run(["rebuild", "--back", "-name", name, "b.yaml"])).code, 7);
    await ground.ok(["prune", "-name", name, "b.yaml"]);
    assertEquals(await ground.beside(name), []);
    const left = await ground.run(["rebuild", "--no-return", "-name", name, "b.yaml"]);
    assertEquals(left.code, 5, left.stderr);
    assertStringIncludes(left.stderr, "--resume");
    assertEquals(await version(), "2");
    await ground.inside(name, "touch /root/mended");
    await ground.ok(["rebuild", "--resume", "-name", name, "b.yaml"]);
    assertEquals(await version(), "2");
    assertEquals(await ground.beside(name), []);
    assertEquals((await ground.get(`/1.0/instances/${name}`)).config["user.lxops.state"], undefined);
  },
);

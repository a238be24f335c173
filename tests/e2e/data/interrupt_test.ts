import { assertEquals, assertStringIncludes } from "@std/assert";
import { interruptedAfter } from "../support/cut_off.ts";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { sh } from "../support/trees.ts";
import { withVolumes } from "../support/volumes.ts";

const CONFIG = () =>
  `#lxops-v1
ostype: alpine
image: tiny
filesystems: {files: {pattern: ${places.directory}/(instance), destroy: true}}
devices: {www: {path: /srv/www, filesystem: files, dir: www}}
`;

/** Makes a clean stop of an instance take a second. */
async function stopsSlowly(ground: Ground, name: string): Promise<void> {
  const init =
    "#!/bin/busybox sh\ntrap 'sleep 1; exit 0' PWR TERM INT\\nwhile :; do sleep 86400 & wait $!; done\n";
  await ground.inside(name, `printf '${init.replaceAll("'", `'"'"'`)}' >/sbin/init`);
  const restart = '{"action":"restart","force":true,"timeout":10}';
  await ground.ok(["query", "-X", "PUT", "-d", restart, `/1.0/instances/${name}/state`]);
}

inTurn(
  "an instance that is being stopped when lxops is interrupted runs again",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    const is = ["-name", name, "a.yaml"];
    await ground.write("a.yaml", CONFIG());
    await ground.ok(["launch", ...is]);
    try {
      await ground.ok(["snapshot", "-s", "s", ...is]);
      await stopsSlowly(ground, name);
      for (
        const [count, ...args] of [
          [2, "rollback", "-wait-stop", "10", "-s", "s", ...is],
          [1, "rename", "--force", "-wait-stop", "10", "-name", name, "a.yaml", `${name}-b`],
          [1, "publish", "-force", name],
        ] as [number, ...string[]][]
      ) {
        const outcome = await interruptedAfter(ground, args, count);
        assertEquals(outcome.code, 130, outcome.stderr);
        assertStringIncludes(outcome.stderr, "taken back: Stop instance");
        const { status, config } = await ground.get(`/1.0/instances/${name}`);
        assertEquals([status, config["user.lxops.restart"]], ["Running", undefined]);
      }
    } finally {
      await ground.run(["destroy", "--force", ...is]);
      await sh(`rm -rf '${places.directory}/${name}@s'`);
    }
  },
);

withVolumes(
  "a snapshot of volumes that was interrupted leaves nothing in the way",
  async (ground, subject) => {
    const { name, is } = subject;
    await ground.ok(["launch", ...is]);
    await ground.inside(name, "dd if=/dev/urandom of=/srv/data/large bs=1M count=64");
    const outcome = await interruptedAfter(ground, ["snapshot", "-s", "s", ...is], 2);
    assertEquals(outcome.code, 130, outcome.stderr);
    assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Running");
    await ground.ok(["snapshot", "-s", "s", ...is]);
  },
);

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { cuts, firstSteps, stepsOf } from "../support/cut_off.ts";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { sh } from "../support/trees.ts";

const CONFIG = () =>
  `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  files: {pattern: ${places.directory}/(instance), destroy: true}
  main: {pattern: ${places.pool}/(instance), destroy: true}
devices:
  www: {path: /srv/www, filesystem: files, dir: deep/www}
  home: {path: /home, filesystem: main}
  log: {path: /var/log/own, filesystem: main, dir: deep/log}
`;

async function stat(format: string, paths: readonly string[]): Promise<string[]> {
  return (await sh(`stat -c '${format}' -- ${paths.map((path) => `'${path}'`).join(" ")}`)).trim().split(
    "\n",
  );
}

async function writes(ground: Ground, name: string): Promise<void> {
  await ground.inside(name, "for d in /srv/www /home /var/log/own; do echo x >$d/file; done");
}

inTurn("files that a launch creates belong to the container, wherever it was interrupted", [
  "directory",
  "pool",
], async (ground) => {
  const name = ground.name();
  const args = ["launch", "-name", name, "a.yaml"];
  await ground.write("a.yaml", CONFIG());
  const { steps } = stepsOf(await ground.ok(["launch", "--dry-run", ...args.slice(1)]));
  const count = steps.findIndex((step) => /^# Create profile/.test(step));
  for (const done of cuts(ground, count + 1)) {
    await firstSteps(ground, args, done);
    const again = await ground.ok(["launch", "--resume", ...args.slice(1)]);
    assertEquals(again, "", `after ${done} steps`);
    await writes(ground, name);
    assertEquals(
      await sh(
        `cd '${places.directory}'; ls -d '${name}'*; zfs get -H -o value lxops:unowned '${places.pool}/${name}'`,
      ),
      `${name}\n-\n`,
    );
    await ground.ok(["destroy", "--force", ...args.slice(1)]);
  }
});

inTurn("a launch continues with a dataset that an interrupted one did not mount, and a profile does not", [
  "pool",
], async (ground) => {
  const name = ground.name();
  const dataset = `${places.pool}/${name}`;
  const args = ["-name", name, "a.yaml"];
  await ground.write("a.yaml", CONFIG().replace(/ {2}files:.*\n/, "").replace(/ {2}www:.*\n/, ""));
  await sh(`zfs create -o lxops:unowned='${dataset}' '${dataset}' && zfs unmount '${dataset}'`);
  const refused = await ground.run(["create-profile", ...args]);
  assertEquals(refused.code, 3);
  assertStringIncludes(refused.stderr, `mount it with: zfs mount ${dataset}`);
  await ground.ok(["launch", "--resume", ...args]);
  await ground.inside(name, "echo x >/home/file");
  await ground.ok(["destroy", "--force", ...args]);
});

inTurn(
  "directories that an older version left to root are reported with the command that changes their owner",
  [
    "directory",
  ],
  async (ground) => {
    const name = ground.name();
    const top = `${places.directory}/${name}`;
    await ground.write("a.yaml", CONFIG().replace(/ {2}main:.*\n/, "").replace(/ {2}(home|log):.*\n/g, ""));
    await sh(`mkdir -p '${top}/deep/www'`);
    const { code, stderr } = await ground.run(["launch", "--resume", "-name", name, "a.yaml"]);
    assertEquals(code, 0, stderr);
    const [cure = ""] = /chown -h .*/.exec(stderr) ?? [];
    assertMatch(cure, new RegExp(`-- ${top}/deep ${top}/deep/www$`));
    const id = (await ground.ok(["instance", "idmap", name])).trim();
    await sh(cure.replace(/"\$\(.*?\)"/, id));
    await ground.inside(name, "echo x >/srv/www/file");
    await ground.ok(["destroy", "--force", "-name", name, "a.yaml"]);
  },
);

inTurn("only root reaches the files of a container whose root is root of the host", [
  "directory",
  "pool",
], async (ground) => {
  const name = ground.name();
  await ground.write(
    "a.yaml",
    `${CONFIG().replace(/ {2}home:.*\n/, "")}lxc-options: [-c, security.privileged=true]\n`,
  );
  const is = ["-name", name, "a.yaml"];
  const files = `${places.directory}/${name}`;
  await ground.ok(["launch", ...is]);
  try {
    const { devices } = await ground.get(`/1.0/profiles/${name}.lxops`);
    const main = devices.log.source.replace(/\/deep\/log$/, "");
    assertEquals(await stat("%a %u:%g", [files, main]), ["700 0:0", "700 0:0"]);
    assertEquals(await stat("%a", [`${files}/deep`, `${files}/deep/www`, `${main}/deep/log`]), [
      "755",
      "755",
      "755",
    ]);
    // It is closed on the host only.
    await ground.inside(
      name,
      "cp /bin/busybox /srv/www/sh; chmod 4755 /srv/www/sh; echo x >/var/log/own/file",
    );
    await ground.ok(["snapshot", "-s", "s", ...is]);
    await sh(`setpriv --reuid=65534 --regid=65534 --clear-groups test ! -x '${files}/deep/www/sh'`);
    assertEquals(await stat("%a %u:%g", [`${files}@s`]), ["700 0:0"]);
    await ground.ok(["rollback", "-s", "s", ...is]);
    assertEquals(await stat("%a %u:%g", [files, main]), ["700 0:0", "700 0:0"]);
    await sh(`chmod 755 '${files}'`);
    const { stderr } = await ground.run(["rebuild", ...is]);
    assertStringIncludes(stderr, `To close it: chmod 700 ${files}`);
  } finally {
    await ground.run(["destroy", "--force", ...is]);
    await sh(`rm -rf '${files}@s'`);
  }
});

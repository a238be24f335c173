/** The main job on an Incus that is younger than the machine's own. */
import { assertEquals, assertMatch } from "@std/assert";
import { places } from "../support/daemon.ts";
import { onIncus7 } from "../support/three_daemons.ts";
import { sh } from "../support/trees.ts";

const CONFIG = () =>
  `#lxops-v1
ostype: alpine
image: (image)
filesystems:
  main: {pattern: ${places.pool}/(instance), destroy: true}
  files: {pattern: ${places.directory}/(instance), destroy: true}
  volume: {pattern: "volume:default/(instance)", destroy: true}
devices:
  home: {path: /home, filesystem: main}
  www: {path: /srv/www, filesystem: files, dir: www}
  data: {path: /srv/data, filesystem: volume}
cloud-config-files: [a.cfg]
`;

const PATHS = ["/home", "/srv/www", "/srv/data"];

onIncus7(
  "launch, configure, snapshot, rebuild, rollback and destroy, with a filesystem of each kind",
  ["directory", "pool"],
  async (ground) => {
    const name = ground.name();
    const is = ["-P", "image=tiny", "-name", name, "a.yaml"];
    const write = (content: string) => PATHS.map((path) => `echo ${content} >${path}/file`).join("; ");
    const read = `cat ${PATHS.map((path) => `${path}/file`).join(" ")}`;
    const config = (text: string) =>
      ground.write("a.cfg", `#cloud-config\nwrite_files: [{path: /etc/a, content: "${text}\\n"}]\n`);
    await ground.write("a.yaml", CONFIG());
    await config("one");
    await ground.ok(["launch", ...is]);
    try {
      assertEquals(await ground.inside(name, "cat /etc/a"), "one");
      await ground.inside(name, write("before"));
      await config("two");
      await ground.ok(["configure", ...is]);
      assertEquals(await ground.inside(name, "cat /etc/a"), "two");
      await ground.ok(["snapshot", "-s", "s", ...is]);
      await ground.inside(name, write("after"));
      const address = async () => {
        const { config } = await ground.get(`/1.0/instances/${name}`);
        return config["volatile.eth0.hwaddr"];
      };
      const before = await address();
      await ground.ok(["rebuild", "-P", "image=tiny2", "-name", name, "a.yaml"]);
      assertEquals(await address(), before);
      assertEquals(await ground.inside(name, `${read}; cat /etc/a`), "after\nafter\nafter\ntwo");
      await ground.ok(["rollback", "-s", "s", ...is]);
      assertEquals(await ground.inside(name, read), "before\nbefore\nbefore");
      await ground.ok(["snapshot", "-d", "-s", "s", ...is]);
      await ground.ok(["destroy", "--force", ...is]);
      assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
      assertEquals(await ground.get(`/1.0/storage-pools/default/volumes/custom/${name}`), undefined);
      assertEquals(await sh(`ls '${places.directory}' | grep '^${name}' || true`), "");
      assertEquals(await sh(`zfs list -H -o name | grep '/${name}' || true`), "");
    } finally {
      await ground.run(["destroy", "--force", ...is]);
      await sh(`rm -rf '${places.directory}/${name}' '${places.directory}/${name}@s'`);
    }
  },
);

onIncus7("checks reach ports through the daemon, in an instance that has no shell", [], async (ground) => {
  const name = ground.name();
  await ground.write(
    "c.yaml",
    "#lxops-v1\nimage: tiny\nostype: alpine\nchecks:\n  - {tcp: 8081, retries: 1}\n  - {http: {port: 8082, path: /x}, retries: 1}\n" +
      "  - {tcp: 9, retries: 1}\n",
  );
  await ground.run(["launch", "-name", name, "c.yaml"]);
  try {
    await ground.inside(
      name,
      "mkdir /w; : >/w/x; httpd -p 127.0.0.1:8081 -h /w; httpd -p 8082 -h /w; mv /bin/sh /bin/no-sh",
    );
    const { stdout } = await ground.run(["check", "-name", name, "--json", "c.yaml"]);
    const found: { result: string; seen: string }[] = JSON.parse(stdout);
    assertEquals(found.map(({ result }) => result), ["passed", "passed", "failed"]);
    assertMatch(found[2]!.seen, /127\.0\.0\.1:9: connection refused; in the instance: /);
  } finally {
    await ground.run(["destroy", "--force", "-name", name, "c.yaml"]);
  }
});

onIncus7("up gives an instance a tmpfs, changes it and takes it away", [], async (ground) => {
  const name = ground.name();
  const write = (device: string) =>
    ground.write("t.yaml", `#lxops-v1\nimage: tiny\nostype: alpine\nname: ${name}\ndevices: {${device}}\n`);
  const size = async () =>
    await ground.inside(name, "grep ' /mnt/tmp tmpfs ' /proc/mounts | grep -o 'size=[0-9]*k' || echo none");
  await write("tmp: {type: tmpfs, path: /mnt/tmp, size: 8MiB}");
  try {
    await ground.ok(["up", "t.yaml"]);
    assertEquals(await size(), "size=8192k");
    await write("tmp: {type: tmpfs, path: /mnt/tmp, size: 16MiB}");
    await ground.ok(["up", "--restart", "t.yaml"]);
    assertEquals([await size(), (await ground.run(["plan", "t.yaml"])).code], ["size=16384k", 0]);
    await write("");
    await ground.ok(["up", "--restart", "t.yaml"]);
    assertEquals([await size(), (await ground.run(["plan", "t.yaml"])).code], ["none", 0]);
  } finally {
    await ground.run(["destroy", "--force", "t.yaml"]);
  }
});

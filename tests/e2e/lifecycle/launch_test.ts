import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { copyExample, plainConfig, webOptions } from "../support/configs.ts";
import { inTurn, onBoth, places } from "../support/daemon.ts";

onBoth("an example with ZFS, a directory, five devices and two cloud-config files launches", [
  "directory",
  "pool",
], async (ground) => {
  await copyExample(ground, "web");
  const name = ground.name();
  await ground.ok(["launch", "-name", name, ...webOptions(), "web.yaml"]);
  const state = await ground.get(`/1.0/instances/${name}/state`);
  const addresses = Object.values<{ addresses: { scope: string; family: string }[] }>(state.network)
    .flatMap((network) => network.addresses);
  assert(addresses.some((address) => address.scope === "global" && address.family === "inet"));
  const owners = await ground.inside(name, "stat -c '%n %u:%g' /home /etc/opt /srv /var/log/site /var/opt");
  assertEquals(owners, "/home 0:0\n/etc/opt 0:0\n/srv 0:0\n/var/log/site 0:0\n/var/opt 0:0");
  const mounts = await ground.inside(name, "cut -d' ' -f2 /proc/mounts");
  for (const path of ["/home", "/etc/opt", "/srv", "/var/log/site", "/var/opt"]) {
    assert(mounts.split("\n").includes(path), `${path} is not a mount`);
  }
  assertMatch(await ground.inside(name, "cat /var/log/tiny.log"), /^apt-get .*install.* nginx-light curl$/m);
  assertEquals(
    await ground.inside(name, "stat -c '%a %u:%g' /etc/opt/site.conf; cat /etc/opt/site.conf"),
    "640 0:0\nroot = /srv",
  );
  assertMatch(
    await ground.inside(name, "grep ^site: /etc/passwd"),
    /^site:x:\d+:\d+:Owner of the site:\/home\/site:\/bin\/sh$/,
  );
  assertEquals(
    await ground.inside(name, "stat -c '%a %U' /home/site/.ssh /home/site/.ssh/authorized_keys"),
    "700 site\n600 site",
  );
  assertEquals(
    await ground.inside(name, "cat /srv/site/index.html"),
    "configured",
  );
  const profile = await ground.get(`/1.0/profiles/${name}.lxops`);
  assertEquals(Object.keys(profile.devices).sort(), ["etc", "home", "log", "opt", "www"]);
  const zfs = await new Deno.Command("zfs", {
    args: ["get", "-H", "-o", "value", "compression", `${places.pool}/${name}`],
  }).output();
  assertEquals(new TextDecoder().decode(zfs.stdout).trim(), "on");
  const marked = await ground.get(`/1.0/instances/${name}`);
  assertEquals(marked.config["user.lxops.config"], `${ground.dir}/web.yaml`);
});

onBoth("a file in a device survives rebuild, and delete with launch, and is removed by destroy", [
  "directory",
  "pool",
], async (ground) => {
  await copyExample(ground, "web");
  const name = ground.name();
  const options = ["-name", name, ...webOptions(), "web.yaml"];
  await ground.ok(["launch", ...options]);
  await ground.inside(name, "echo kept > /home/file; echo log > /var/log/site/file; echo lost > /root/file");
  const mac = await ground.inside(name, "cat /sys/class/net/eth0/address");
  await ground.ok(["rebuild", "-name", name, ...webOptions("tiny2"), "web.yaml"]);
  assertEquals(
    await ground.inside(name, "cat /home/file /var/log/site/file; ls /root; grep VERSION /etc/os-release"),
    "kept\nlog\nVERSION_ID=2",
  );
  assertEquals(await ground.inside(name, "cat /sys/class/net/eth0/address"), mac);
  assertStringIncludes(await ground.inside(name, "cat /srv/site/index.html"), "configured");
  const left = Object.keys(await ground.get(`/1.0/instances/${name}`)).length;
  assert(left > 0);
  assertEquals(await ground.beside(name), []);
  await ground.ok([
    "query",
    "-X",
    "PUT",
    "-d",
    '{"action":"stop","force":true}',
    `/1.0/instances/${name}/state`,
  ]);
  await ground.ok(["delete", ...options]);
  assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
  assertEquals(await ground.get(`/1.0/profiles/${name}.lxops`), undefined);
  await ground.ok(["launch", ...options]);
  assertEquals(await ground.inside(name, "cat /home/file /var/log/site/file"), "kept\nlog");
  await ground.ok(["destroy", "--force", ...options]);
  assertEquals(await exists(`${places.directory}/${name}`), false);
  const zfs = await new Deno.Command("zfs", { args: ["list", `${places.pool}/${name}`] }).output();
  assert(zfs.code !== 0, "the dataset is still there");
  await ground.ok(["launch", ...options]);
  assertEquals(await ground.inside(name, "ls /home"), "site");
});

onBoth("destroy of a running instance fails and touches nothing", ["directory"], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", plainConfig());
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  await ground.inside(name, "echo kept > /data/file");
  for (const command of ["destroy", "delete"]) {
    const outcome = await ground.run([command, "-name", name, "a.yaml"]);
    assertEquals(outcome.code, 9);
    assertStringIncludes(outcome.stderr, "it is running");
    assertStringIncludes(outcome.stderr, "Nothing was changed");
  }
  assertEquals(await ground.inside(name, "cat /data/file"), "kept");
});

onBoth("a foreign instance is neither deleted, rebuilt nor destroyed", ["directory"], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", plainConfig());
  const images = await ground.get("/1.0/images/aliases/tiny");
  const body = JSON.stringify({ name, source: { type: "image", fingerprint: images.target } });
  await ground.ok(["query", "-X", "POST", "-d", body, "/1.0/instances"]);
  for (const command of ["delete", "destroy", "rebuild"]) {
    const outcome = await ground.run(
      [command, "--force", "-name", name, "a.yaml"].filter((word) =>
        command !== "rebuild" || word !== "--force"
      ),
    );
    assertEquals(outcome.code, 9);
    assertStringIncludes(outcome.stderr, "was not made by lxops");
  }
  assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Stopped");
  await ground.ok(["delete", "--adopt", "-name", name, "a.yaml"]);
  assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
});

onBoth("a missing image in rebuild leaves the instance running", ["directory"], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", plainConfig());
  await ground.write("b.yaml", plainConfig("no-such-image"));
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  const pid = (await ground.get(`/1.0/instances/${name}/state`)).pid;
  const outcome = await ground.run(["rebuild", "-name", name, "b.yaml"]);
  assertEquals(outcome.code, 3);
  assertStringIncludes(outcome.stderr, 'b.yaml:3:1 image: There is no image "no-such-image"');
  assertEquals((await ground.get(`/1.0/instances/${name}/state`)).pid, pid);
});

inTurn(
  "an error in the last of three files changes nothing and names file, line and key",
  ["directory"],
  async (ground) => {
    const names = ["a", "b", "c"].map((suffix) => ground.name(suffix));
    await ground.write(`${names[0]}.yaml`, plainConfig());
    await ground.write(`${names[1]}.yaml`, plainConfig());
    await ground.write(`${names[2]}.yaml`, plainConfig().replace("filesystem: data", "filesystem: dta"));
    const outcome = await ground.run(["launch", ...names.map((name) => `${name}.yaml`)]);
    assertEquals(outcome.code, 3);
    assertStringIncludes(
      outcome.stderr,
      `${names[2]}.yaml:11:5 devices.data.filesystem: There is no filesystem "dta"`,
    );
    for (const name of names) {
      assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
      assertEquals(await ground.get(`/1.0/profiles/${name}.lxops`), undefined);
      assertEquals(await exists(`${places.directory}/${name}`), false);
    }
  },
);

onBoth(
  "several files are launched side by side, and a failure of one does not stop the others",
  ["directory"],
  async (ground) => {
    const names = ["a", "b", "c"].map((suffix) => ground.name(suffix));
    await ground.write("fail.cfg", "#cloud-config\nruncmd:\n- echo before\n- echo reason >&2; exit 3\n");
    for (const name of names) {
      const more = name === names[1] ? "cloud-config-files: [fail.cfg]\n" : "";
      await ground.write(`${name}.yaml`, plainConfig("tiny", more));
    }
    const outcome = await ground.run(["launch", ...names.map((name) => `${name}.yaml`)]);
    assertEquals(outcome.code, 5);
    assertMatch(outcome.stderr, /fail\.cfg:4/);
    assertStringIncludes(outcome.stderr, "| reason");
    assertStringIncludes(outcome.stderr, `1 of 3 failed: ${names[1]}`);
    for (const name of names) assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Running");
    await ground.write("fail.cfg", "#cloud-config\nruncmd:\n- echo before\n- echo now >> /data/history\n");
    await ground.ok(["launch", "--resume", `${names[1]}.yaml`]);
    assertEquals(await ground.inside(names[1]!, "cat /data/history"), "now");
  },
);

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

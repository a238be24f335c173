/** Kept files: they outlive a rebuild, and a delete with a launch, and are there before the first start. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn } from "../support/daemon.ts";

const ID = "0123456789abcdef0123456789abcdef";

/** The init of the image notes what it finds, and makes what is missing, as sshd and systemd do. */
const MAKE =
  `test -e /etc/ssh/ssh_host_x_key || { mkdir -p /etc/ssh; echo "$$ $(cat /proc/uptime)" >/etc/ssh/ssh_host_x_key; }
chmod 600 /etc/ssh/ssh_host_x_key; chown 7:8 /etc/ssh/ssh_host_x_key`;
const SHOW =
  "cat /etc/machine-id /etc/ssh/ssh_host_x_key /var/own/a; stat -c '%a %u:%g' /etc/ssh/ssh_host_x_key /var/own";

async function configuration(ground: Ground, filesystem: string): Promise<void> {
  await ground.write("a.cfg", `#cloud-config\nruncmd:\n  - |\n    ${MAKE.replaceAll("\n", "\n    ")}\n`);
  await ground.write(
    "a.yaml",
    `#lxops-v1\nimage: tiny\nostype: alpine\ncloud-config-files: [a.cfg]\n${filesystem}` +
      "keep: [ssh-host-keys, machine-id, /var/own]\n",
  );
}

inTurn("kept files outlive a rebuild, and a delete with a launch", ["directory"], async (ground) => {
  const name = ground.name();
  await configuration(
    ground,
    `filesystems:\n  data: {pattern: ${Deno.env.get("LXOPS_TEST_DIR")}/(instance), destroy: true}\n` +
      "devices:\n  data: {path: /data, filesystem: data, dir: .}\n",
  );
  const ok = async (...args: string[]) => {
    const { code, stderr } = await ground.run([...args, "-name", name, "a.yaml"]);
    assertEquals(code, 0, stderr);
    return stderr;
  };
  await ok("launch");
  await ground.inside(
    name,
    `echo ${ID} >/etc/machine-id; mkdir -m 700 -p /var/own; echo mine >/var/own/a; chown 9:9 /var/own`,
  );
  await ok("configure");
  const before = await ground.inside(name, SHOW);
  assertMatch(before, new RegExp(`^${ID}\n.*\nmine\n600 7:8\n700 9:9$`));
  assertEquals(await ground.inside(name, "stat -c '%a %u' /data/.lxops /data/.lxops/keep"), "700 0\n600 0");

  const rebuilt = await ok("rebuild", "-trace");
  assertEquals(await ground.inside(name, SHOW), before);
  assertStringIncludes(rebuilt, `Copy kept files of ${name} into ${name}-lxops-new-`);
  // A start after a rename does not wait for the daemon's program that wrote the files, which takes 15 s.
  const seconds = Number(new RegExp(`Start instance ${name} \\(([\\d.]+) s\\)`).exec(rebuilt)?.[1]);
  assertEquals(seconds < 14, true, `the start took ${seconds} s`);

  await ground.inside(name, "echo changed >/var/own/a");
  await ok("delete", "--force");
  assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
  await ok("launch");
  assertEquals(await ground.inside(name, SHOW), before.replace("mine", "changed"));
  assertEquals((await ground.get(`/1.0/instances/${name}`)).config["user.lxops.keep"], undefined);

  // A guest that leads lxops elsewhere gets nothing, and its own link stays what it is.
  await ground.inside(name, "rm -r /data/.lxops; mkdir /data/else; ln -s else /data/.lxops");
  const refused = await ground.run(["configure", "-name", name, "a.yaml"]);
  assertEquals([refused.code, refused.stderr.includes("is no directory")], [9, true], refused.stderr);
  await ground.inside(name, "rm /data/.lxops; mkdir -p /data/.lxops; ln -s /etc/shadow /data/.lxops/keep");
  await ground.ok(["instance", "stop", "-wait-stop", "0", name]);
  await ok("delete");
  await ok("launch");
  assertMatch(
    await ground.inside(name, "ls -A /var/own 2>&1; cat /etc/machine-id 2>&1; true"),
    /No such file/,
  );
});

inTurn(
  "without a place that outlives the instance, keep is refused before anything changes",
  [],
  async (ground) => {
    const name = ground.name();
    await configuration(ground, "");
    const { code, stderr } = await ground.run(["launch", "-name", name, "a.yaml"]);
    assertEquals(code, 3);
    assertMatch(stderr, /a\.yaml:\d+.*keep\.0: Nothing outlives the instance: this needs a device/);
    assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
  },
);

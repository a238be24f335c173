import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { onBoth } from "../support/daemon.ts";

onBoth("instance wait waits for systemd and cloud-init, and says where there is none", [], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", "#lxops-v1\nimage: debian\n");
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  await ground.ok(["instance", "wait", "-until", "systemd", name]);
  assertMatch(await ground.inside(name, "systemctl is-system-running || :"), /^(running|degraded)$/);
  const none = await ground.run(["instance", "wait", "-until", "cloud-init", name]);
  assertEquals(none.code, 5);
  assertStringIncludes(none.stderr, `Instance "${name}" has no cloud-init`);
  // What the real one prints, in the order in which it does.
  const states = ["not started", "running", "done"];
  await ground.inside(
    name,
    "cat >/usr/local/bin/cloud-init <<'E'\n#!/bin/sh\nread -r n </run/turn\n" +
      `case $n in ${states.map((state, at) => `${at}) echo status: ${state} ;;`).join(" ")} esac\n` +
      "[ $n -lt 2 ] && echo $((n + 1)) >/run/turn\nexit 0\nE\nchmod 755 /usr/local/bin/cloud-init; echo 0 >/run/turn",
  );
  await ground.ok(["instance", "wait", "-until", "cloud-init", name]);
  assertEquals(await ground.inside(name, "cat /run/turn"), "2");
  await ground.inside(name, "printf '#!/bin/sh\\necho status: error\\nexit 1\\n' >/usr/local/bin/cloud-init");
  const failed = await ground.run(["instance", "wait", "-until", "cloud-init", name]);
  assertEquals(failed.code, 5);
  assertStringIncludes(failed.stderr, `cloud-init ended with errors in instance "${name}"`);
  await ground.inside(name, "printf '#!/bin/sh\\necho status: running\\n' >/usr/local/bin/cloud-init");
  const late = await ground.run(["instance", "wait", "-timeout", "1", "-until", "cloud-init", name]);
  assertEquals(late.code, 6);
  assertStringIncludes(late.stderr, `Instance "${name}" has not finished its cloud-init after 1 s`);
});

onBoth("addresses of bridges in an instance are not its own", [], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", "#lxops-v1\nimage: tiny\n");
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  const addresses = async () =>
    (await ground.ok(["instance", "addresses"])).split("\n").flatMap((line) =>
      line.endsWith(`,${name}`) ? [line.split(",")[0]] : []
    );
  const before = await addresses();
  assertEquals(before.length, 1);
  await ground.inside(
    name,
    "ip link add docker0 type bridge; ip link set docker0 up; ip addr add 172.17.0.1/16 dev docker0",
  );
  assertEquals(await addresses(), before);
  await ground.inside(name, "kill $(pidof udhcpc) 2>/dev/null; ip addr flush dev eth0");
  const none = await ground.run(["instance", "wait", "-timeout", "1", name]);
  assertEquals(none.code, 6, none.stderr);
  assertStringIncludes(none.stderr, 'has no address after 1 s: no NIC of it has the addresses of "docker0"');
  // One with a MAC of its own, which took the NIC: its address is one of the daemon's network.
  await ground.inside(
    name,
    `ip link add br0 type bridge; ip link set br0 address 02:00:00:00:00:07 up; ip link set eth0 master br0; ` +
      `ip addr add ${before[0]}/24 dev br0`,
  );
  await ground.ok(["instance", "wait", "-timeout", "60", name]);
  assertEquals(await addresses(), before);
});

/**
 * `adopt --guest`: changes made in a container by hand are in the configuration, and another container that is made by it
 * has the same; secrets stay in the first one.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn, onBoth, turnOf } from "../support/daemon.ts";
import { isWhole } from "../../support/sample.ts";
import { client } from "./client.ts";
import { BUSYBOX, CANARY, DEBIAN, type InsideChanges } from "./hand_made.ts";

const TITLE = "adopt --guest writes what was made in a container by hand, and another one gets it";

/** Returns all texts of a directory. */
async function textsOf(directory: string): Promise<string> {
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    texts.push(isDirectory ? await textsOf(path) : await Deno.readTextFile(path));
  }
  return texts.join("\n");
}

async function adopted(ground: Ground, { image, script, probes }: InsideChanges): Promise<void> {
  const name = ground.name(`-${image}`);
  const second = ground.name(`-${image}-b`);
  const [plainly, marking] = [`plain-${image}`, `marked-${image}`];
  const left = "find /run /tmp /var/lib /var/tmp -maxdepth 1 -name '*lxops*'";
  await client(ground, ["launch", image, name]);
  await ground.inside(name, script);
  const before = await ground.get(`/1.0/instances/${name}`);

  // Without a mark, the instance stays unchanged, and its changes count as new.
  const plain = await ground.run(["adopt", "--guest", "-o", plainly, name]);
  assertEquals(plain.code, 0, plain.stderr);
  assertStringIncludes(plain.stdout, "lxops plan has nothing to change\n");
  assertStringIncludes(plain.stdout, "as new until they are noted (--mark) or applied (up)");
  assertEquals(await ground.get(`/1.0/instances/${name}`), before);
  assertEquals(await ground.inside(name, left), "");
  const plan = await ground.run(["plan", `./${plainly}`]);
  assertEquals(plan.code, 10, plan.stderr);
  const changes = plan.stdout.split("\n").filter((line) => line.startsWith("  "));
  assertEquals(changes.filter((line) => !line.startsWith("  + cloud-config ")), []);

  const text = await Deno.readTextFile(`${ground.dir}/${plainly}/cloud-config/main.cfg`);
  const files = [...plain.stderr.matchAll(/^Write (plain-\S+\/cloud-config\/\S+)/gm)].map(([, path]) =>
    path!
  );
  assertEquals(await ground.ok(["cloudconfig", "lint", ...files]), "");
  assert(!`${await textsOf(`${ground.dir}/${plainly}`)}${plain.stdout}${plain.stderr}`.includes(CANARY));
  const named = [...text.matchAll(/^# - (\/[^:]*): /gm)].map(([, path]) => path);
  assertEquals(named, [
    "/etc/large.txt",
    "/etc/only-root.conf",
    "/home/alice/.ssh/id_ed25519",
    "/opt/app/.env",
    "/opt/app/conf/db.ini",
    "/usr/local/bin/blob",
    "/opt/many",
  ]);

  // With a mark, it counts as applied.
  const marked = JSON.parse(await ground.ok(["adopt", "--guest", "--mark", "--json", "-o", marking, name]));
  assertEquals(marked.made.named, 156, JSON.stringify(marked));
  assertEquals(await Deno.readTextFile(`${ground.dir}/${marking}/cloud-config/main.cfg`), text);
  for (const command of [["plan"], ["status", "--guest"]]) {
    const { code, stdout, stderr } = await ground.run([...command, `./${marking}`]);
    assertEquals([code, stdout.split("\n").at(-2)], [0, "No changes"], `${stdout}${stderr}`);
  }

  await ground.ok(["launch", "-name", second, `./${marking}`]);
  const clean = await ground.run(["status", "--guest", "-name", second, `./${marking}`]);
  assertEquals(clean.code, 0, clean.stdout);
  const all = probes.map((probe) => `echo "== $?"; ${probe}`).join("\n");
  assertEquals(await ground.inside(second, all), await ground.inside(name, all));
  if (image === "tiny" || isWhole()) await ground.ok(["rehearse", "rebuild", `./${marking}`]);
}

onBoth(TITLE, [], async (ground) => {
  for (const changes of [DEBIAN, BUSYBOX]) {
    const isTurn = (ground.daemon === turnOf(TITLE)) === (changes === DEBIAN);
    if (isTurn || isWhole()) await adopted(ground, changes);
  }
});

inTurn(
  "adopt --guest bounds what a hostile container tells, and writes nothing of it as a command",
  [],
  async (ground) => {
    const name = ground.name();
    await client(ground, ["launch", "tiny", name]);
    await ground.inside(
      name,
      `mkdir -p /opt/deep /var/lib/dpkg/info /home/eve /usr/local/bin
    awk 'BEGIN { for (i = 0; i < 3000; i++) { f = "/opt/deep/" i; print i >f; close(f); f = "/home/eve" i % 60 "x" i; print i >f; close(f) } }'
    for i in $(seq 1 1500); do mkdir -p /etc/d$((i % 30)); : >/etc/d$((i % 30))/$i; done
    printf x >"/etc/new
line"; printf x >"/etc/x: [reboot]"; printf x >/etc/'it'"'"'s $(reboot)'
    printf x >"$(printf '/etc/esc\\033[31m')"; mkfifo /etc/fifo; ln -s /etc/shadow /etc/link; ln -s "a
runcmd: [reboot]" /etc/two
    printf 'runcmd: [reboot]\\n#cloud-config\\n' >/etc/cloud
    echo 'Status: install ok installed' >/var/lib/dpkg/status
    printf '#!/bin/sh\\nyes "tb; reboot"\\n' >/usr/local/bin/apt-mark; chmod 755 /usr/local/bin/apt-mark
    printf 'tb; reboot\\t\\n' >"/var/lib/dpkg/info/tb; reboot.list"
    awk 'BEGIN { for (i = 0; i < 50000; i++) print "u" i ":x:" 1000 + i ":1000:x: y:/home/eve:/bin/sh" }' >>/etc/passwd
    echo '-eve:x:1500:1500::/home/eve:/bin/sh' >>/etc/passwd
    mkdir -p /home/eve/.ssh; yes 'command="reboot" nothing' | head -n 100000 >/home/eve/.ssh/authorized_keys`,
    );
    const begin = performance.now();
    const { code, stdout, stderr } = await ground.run(["adopt", "--guest", "-o", "a", name]);
    assertEquals(code, 0, stderr);
    assert(performance.now() - begin < 30_000);
    const text = await Deno.readTextFile(`${ground.dir}/a/cloud-config/main.cfg`);
    assert(text.length < 600_000, `${text.length}`);
    assertEquals((await ground.run(["cloudconfig", "lint", "a/cloud-config/main.cfg"])).code, 0);
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x09\x0b-\x1f]/.test(text + stdout + stderr));
    const outside = text.split("\n").filter((line) =>
      line.includes("reboot") && !/^\s*(?:#|- \S|runcmd: \[reboot\]$)/.test(line)
    );
    assertEquals(outside.filter((line) => !line.includes("/etc/")), []);
    for (const part of ["# - /opt/deep: 3000 files", "whose name has a newline", "# - tb; reboot"]) {
      assertStringIncludes(text, part);
    }
  },
);

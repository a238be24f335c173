import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { batch, MARK } from "../../../lib/cloudconfig/batch/batch.ts";
import { hostileItems } from "../../cloudconfig/hostile_items.ts";
import { type Ground, inTurn } from "../support/daemon.ts";
import { isTaken } from "../../support/sample.ts";
import { until } from "../../support/until.ts";

const HOSTILE =
  "'; touch /owned; '\n$(touch /owned)\n`touch /owned`\n\"\\\n-n %s \\n\nEND\nEOF\r\n\u0001\u00e9";
const WORDS = "-x;touch${IFS}/owned|`touch /owned`$(touch /owned)'\"&";

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Applies a cloud-config and returns how that ended. */
async function apply(ground: Ground, name: string, values: unknown) {
  await ground.write("a.cfg", `#cloud-config\n${JSON.stringify(values)}\n`);
  return await ground.run(["cloudconfig", "-ostype", "alpine", "-i", name, "a.cfg"]);
}

inTurn("hostile text arrives unchanged, or is refused, and no part of it is run", [], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", "#lxops-v1\nimage: tiny\n");
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  const bytes = new Uint8Array(1024 * 1024).map((_, index) => (index * 7 + (index >> 8)) & 0xff);
  const text = new TextEncoder().encode(HOSTILE);
  const outcome = await apply(ground, name, {
    write_files: [
      { path: "/srv/big", encoding: "b64", content: bytes.toBase64() },
      { path: "/srv/text", content: HOSTILE },
      { path: `/srv/${WORDS}`, content: "\u0000\u00ff", permissions: "0600" },
      { path: "/-rf", content: HOSTILE, append: true },
    ],
    packages: [WORDS.replace(/^-/, "").replaceAll(" ", "")],
    users: [{
      name: "ann",
      gecos: WORDS,
      groups: ["_odd.-name"],
      ssh_authorized_keys: [`ssh-rsa AAAA ${WORDS}`],
      plain_text_passwd: WORDS,
      lock_passwd: false,
    }],
    runcmd: [["printf", "%s|", WORDS, HOSTILE, "-n", ""], ["true", WORDS]],
    final_message: HOSTILE,
  });
  assertEquals(outcome.code, 0, outcome.stderr);
  const seen = await ground.inside(
    name,
    "sha256sum </srv/big; sha256sum </srv/text; sha256sum </-rf; ls -A /srv | wc -l; grep ^ann: /etc/passwd; " +
      "tail -n 1 /var/log/tiny.log; grep AAAA /home/ann/.ssh/authorized_keys; ls -d /owned /root/owned 2>/dev/null; true",
  );
  assertEquals(seen.split("\n"), [
    `${await sha256(bytes)}  -`,
    `${await sha256(text)}  -`,
    `${await sha256(text)}  -`,
    "3",
    `ann:x:1000:1001:${WORDS}:/home/ann:/bin/sh`,
    `apk add ${WORDS.replace(/^-/, "").replaceAll(" ", "")}`,
    `ssh-rsa AAAA ${WORDS}`,
  ]);
  const refused: [unknown, string][] = [
    [{ packages: ["-o=x"] }, "packages.0"],
    [{ packages: [["a b", "1"]] }, "packages.0"],
    [{ users: [{ name: "-x" }] }, "users.0.name"],
    [{ users: [{ name: "a:b" }] }, "users.0.name"],
    [{ users: [{ name: "ann", gecos: "a:b" }] }, "users.0.gecos"],
    [{ users: [{ name: "ann", gecos: "a\nroot::0:0" }] }, "users.0.gecos"],
    [{ users: [{ name: "ann", ssh_authorized_keys: ["a\u0000b"] }] }, "users.0.ssh_authorized_keys.0"],
    [{ users: [{ name: "ann", sudo: "ALL=(ALL) ALL\nbob ALL=(ALL) ALL" }] }, "users.0.sudo"],
    [{ users: [{ name: "ann", homedir: "srv" }] }, "users.0.homedir"],
    [{ groups: ["-g"] }, "groups.0"],
    [{ hostname: "$(id)" }, "hostname"],
    [{ timezone: "../../etc/shadow" }, "timezone"],
    [{ write_files: [{ path: "/a\nb" }] }, "write_files.0.path"],
    [{ write_files: [{ path: "/a", owner: "-R:x" }] }, "write_files.0.owner"],
    [{ write_files: [{ path: "/a", permissions: "u+s" }] }, "write_files.0.permissions"],
    [{ write_files: [{ path: "/a", encoding: "b64", content: "%%" }] }, "write_files.0.content"],
    [{ runcmd: ["echo \u0000"] }, "runcmd.0"],
  ];
  for (const [values, key] of refused) {
    const { code, stderr } = await apply(ground, name, values);
    assertEquals(code, 3, stderr);
    assertStringIncludes(stderr, ` ${key}`);
    assertStringIncludes(stderr, "a.cfg:2:");
  }
  assertEquals(await ground.inside(name, "ls -d /owned /root/owned 2>/dev/null; wc -l </etc/passwd"), "3");
});

inTurn("no hostile text of any key is run in a container", [], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", "#lxops-v1\nimage: tiny\n");
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  await ground.inside(
    name,
    "mkdir -p /etc/sudoers.d /etc/doas.d; rm -f /bin/sleep; printf '#!/bin/sh\\n' >/usr/bin/sleep",
  );
  // Each daemon takes a quarter of the items, another one at each commit.
  const offset = ground.daemon.title === "Incus" ? 0 : 2;
  const items = hostileItems().filter((_, index) => isTaken(index + offset, 4));
  assert(items.length > 80, `${items.length} items`);
  const { stdin = "", marker } = batch({ project: "default", name }, items);
  // What fails does not end it: every item is to have its chance.
  const script = stdin.replaceAll('[ "$lxops_code" = 0 ] || return "$lxops_code"', ":");
  const { stdout, stderr } = await ground.run(["instance", "exec", name, "--", "/bin/sh", "-s"], {
    stdin: script,
  });
  const ended = stdout.split(`${MARK}${marker} end `).length - 1;
  assertEquals(ended, items.length, stdout.slice(-2000) + stderr);
  assertEquals(await ground.inside(name, "ls -d /owned owned /root/owned 2>/dev/null; true"), "");
});

inTurn("power_state restarts and stops a container when all else is done", [], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", "#lxops-v1\nimage: debian\ncloud-config-files: [a.cfg]\n");
  await ground.write(
    "a.cfg",
    "#cloud-config\npower_state: {mode: reboot, message: restarting}\nruncmd: [touch /run/before /root/ran]\n",
  );
  const { code, stderr } = await ground.run(["launch", "-name", name, "a.yaml"]);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "Restart the instance (a.cfg)");
  const isBefore = () => ground.run(["instance", "exec", name, "--", "test", "-e", "/run/before"]);
  const restarted = async () => {
    const state = await ground.get(`/1.0/instances/${name}/state`);
    return state.status === "Running" && state.pid > 0 && (await isBefore()).code === 1;
  };
  await until(restarted, 180_000);
  assertEquals(await ground.inside(name, "ls /root/ran"), "/root/ran");
  await ground.ok(["cloudconfig", "-i", name], {
    stdin: "#cloud-config\npower_state: {mode: poweroff, condition: test -e /root/ran}\n",
  });
  await until(async () => (await ground.get(`/1.0/instances/${name}`)).status === "Stopped", 180_000);
});

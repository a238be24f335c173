import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Guest, itemsOf, needsRoot, SHELLS } from "../../guest.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA me@home";
const OLD = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ old@home";

const USERS = `users:
  - name: ann
    uid: 1500
    gecos: "Ann O'Nymous $(id)"
    shell: /bin/sh
    homedir: /srv/ann
    primary_group: staff2
    groups: adm, wheel2
    sudo: ALL=(ALL) NOPASSWD:ALL
    ssh_authorized_keys: ["${KEY}"]
  - name: bob
    no_create_home: true
    sudo: []
    groups: [adm]
`;

for (const shell of SHELLS) {
  Deno.test(`users makes accounts with busybox' tools, in ${shell}`, needsRoot, async () => {
    await using guest = await Guest.tiny(shell);
    await guest.sh("mkdir -p /etc/doas.d");
    const { code, output } = await guest.run(itemsOf(USERS, "alpine"));
    assertEquals([code, output], [0, ""]);
    assertEquals(
      await guest.sh("grep -E '^(ann|bob)' /etc/passwd /etc/shadow"),
      `/etc/passwd:ann:x:1500:1000:Ann O'Nymous $(id):/srv/ann:/bin/sh
/etc/passwd:bob:x:1000:1002::/home/bob:/bin/sh
/etc/shadow:ann:*:19000:0:99999:7:::
/etc/shadow:bob:*:19000:0:99999:7:::`,
    );
    assertEquals(await guest.sh("id -Gn ann; id -Gn bob"), "staff2 adm wheel2\nbob adm");
    assertEquals(await guest.text("/etc/doas.d/ann.conf"), "# Made by lxops\npermit nopass ann\n");
    assertEquals(await guest.stat("/srv/ann/.ssh"), "700 ann staff2");
    assertEquals(await guest.stat("/srv/ann/.ssh/authorized_keys"), "600 ann staff2");
    assertStringIncludes(await guest.text("/srv/ann/.ssh/authorized_keys"), `\n${KEY}\n`);
    assertEquals(await guest.sh("ls -d /home/bob /etc/doas.d/bob.conf 2>/dev/null"), "");
  });

  Deno.test(
    `users keeps keys from elsewhere and takes its own old ones away, in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      const keys = (list: string[]) =>
        itemsOf(`users: [{name: ann, ssh_authorized_keys: ${JSON.stringify(list)}}]`);
      assertEquals((await guest.run(keys([OLD]))).code, 0);
      const file = "/home/ann/.ssh/authorized_keys";
      await guest.sh(
        `sed -i '1i# a comment' ${file}; printf 'from="10.*" ${KEY}\\nssh-rsa AAAAmine elsewhere' >>${file}`,
      );
      assertEquals((await guest.run(keys([KEY, KEY]))).code, 0);
      const wanted = `# a comment\nssh-rsa AAAAmine elsewhere\n# lxops keys\n${KEY}\n# end of lxops keys\n`;
      assertEquals(await guest.text(file), wanted);
      assertEquals((await guest.run(keys([KEY]))).code, 0);
      assertEquals(await guest.text(file), wanted);
      assertEquals((await guest.run(keys([]))).code, 0);
      assertEquals(await guest.text(file), "# a comment\nssh-rsa AAAAmine elsewhere\n");
    },
  );
}

Deno.test("users makes accounts with Debian's tools", needsRoot, async () => {
  await using guest = await Guest.debian();
  await guest.sh("rm -rf /etc/doas.d");
  const { code, output } = await guest.run(itemsOf(USERS));
  assertEquals([code, output], [0, ""]);
  const gid = await guest.sh("getent group staff2 | cut -d: -f3");
  assertEquals(await guest.sh("getent passwd ann"), `ann:x:1500:${gid}:Ann O'Nymous $(id):/srv/ann:/bin/sh`);
  assertEquals(await guest.sh("id -Gn ann"), "staff2 adm wheel2");
  assertMatch(await guest.sh("getent shadow ann"), /^ann:!:/);
  assertMatch(await guest.sh("getent passwd bob"), /:\/bin\/bash$/);
  assertEquals(await guest.text("/etc/sudoers.d/ann"), "# Made by lxops\nann ALL=(ALL) NOPASSWD:ALL\n");
  assertEquals(await guest.stat("/etc/sudoers.d/ann"), "440 root root");
  assertStringIncludes(await guest.sh("visudo -c"), "/etc/sudoers.d/ann: parsed OK");
  assertEquals(await guest.stat("/srv/ann/.ssh/authorized_keys"), "600 ann staff2");
  assertEquals(await guest.sh("ls -d /home/bob /etc/sudoers.d/bob 2>/dev/null"), "");
});

Deno.test(
  "users brings an existing account up to date and leaves its ids, home and password",
  needsRoot,
  async () => {
    await using guest = await Guest.debian();
    await guest.sh("useradd -u 1600 -m -s /bin/sh -p '$6$x$y' ann; useradd -m root2");
    const config = `users:
  - {name: ann, uid: 1700, homedir: /srv/ann, shell: /bin/bash, gecos: Ann, groups: [adm, new], passwd: $6$other$hash}
  - {name: root, ssh_authorized_keys: "${KEY}"}
`;
    const { code, output } = await guest.run(itemsOf(config));
    assertEquals(code, 0, output);
    assertEquals(
      output,
      "lxops: user ann exists; its user id stays 1600, the file says 1700\n" +
        "lxops: user ann exists; its home directory stays /home/ann, the file says /srv/ann",
    );
    assertMatch(await guest.sh("getent passwd ann"), /^ann:x:1600:\d+:Ann:\/home\/ann:\/bin\/bash$/);
    assertEquals(await guest.sh("id -Gn ann"), "ann adm new");
    assertMatch(await guest.sh("getent shadow ann"), /^ann:!?\$6\$x\$y:/);
    assertStringIncludes(await guest.text("/root/.ssh/authorized_keys"), KEY);
  },
);

Deno.test("users does not install rules that visudo refuses", needsRoot, async () => {
  await using guest = await Guest.debian();
  // Other tests have rules of their own on this machine for a while.
  const rules = "ls -A /etc/sudoers.d | grep -v '^lxops-e'";
  const before = await guest.sh(rules);
  const { code, output } = await guest.run(itemsOf("users: [{name: ann, sudo: not a rule}]"));
  assertEquals(code, 1);
  assertStringIncludes(output, "visudo refuses the rules");
  assertEquals(await guest.sh(rules), before);
});

Deno.test("users says which rules a system without sudo and doas has no place for", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const left = "lxops: there is no /etc/sudoers.d; its rules for the user are left out";
  assertEquals((await guest.run(itemsOf("users: [{name: ann, sudo: true}]"))).output, left);
  await guest.sh("mkdir /etc/doas.d");
  assertEquals((await guest.run(itemsOf("users: [{name: bob, sudo: true}]"))).output, "");
  assertEquals((await guest.run(itemsOf("users: [{name: cid, sudo: ALL=(root) /bin/ls}]"))).output, left);
});

Deno.test("users removes the rules that it made when the file has none", needsRoot, async () => {
  await using guest = await Guest.debian();
  await guest.run(itemsOf("users: [{name: ann, sudo: true}]"));
  assertEquals(await guest.stat("/etc/sudoers.d/ann"), "440 root root");
  assertEquals((await guest.run(itemsOf("users: [{name: ann}]"))).code, 0);
  assertEquals(await guest.stat("/etc/sudoers.d/ann"), "440 root root");
  assertEquals((await guest.run(itemsOf("users: [{name: ann, sudo: false}]"))).code, 0);
  assertEquals(await guest.sh("ls /etc/sudoers.d/ann 2>/dev/null"), "");
});

Deno.test("users sets passwords without showing them to the list of processes", needsRoot, async () => {
  await using guest = await Guest.debian();
  const config = `users:
  - {name: ann, plain_text_passwd: "s3cret'$x", lock_passwd: false}
  - {name: bob, hashed_passwd: $6$salt$hash, lock_passwd: no}
  - {name: cid, hashed_passwd: $6$salt$hash}
  - {name: dan, passwd: $6$salt$hash, lock_passwd: false}
`;
  await guest.sh("useradd dan; usermod -p '$6$has$one' dan; mv /usr/sbin/chpasswd /usr/sbin/chpasswd.real");
  await guest.sh(
    "printf '#!/bin/sh\\ncat /proc/*/cmdline >>/tmp/seen 2>/dev/null; exec /usr/sbin/chpasswd.real \"$@\"\\n' >/usr/sbin/chpasswd; chmod 755 /usr/sbin/chpasswd",
  );
  const { code, output } = await guest.run(itemsOf(config));
  assertEquals([code, output], [0, ""]);
  const shadow = await guest.sh("cut -d: -f1,2 /etc/shadow | grep -E '^(ann|bob|cid|dan):'");
  const [ann = "", ...others] = shadow.split("\n").sort();
  assert(/^ann:\$(?:y|6)\$/.test(ann), ann);
  assertEquals(others, ["bob:$6$salt$hash", "cid:!$6$salt$hash", "dan:$6$has$one"]);
  assertStringIncludes(await guest.text("/tmp/seen"), "chpasswd");
  assertEquals((await guest.text("/tmp/seen")).includes("s3cret"), false);
  assertEquals((await guest.text("/var/lib/lxops/journal")).includes("s3cret"), false);
});

Deno.test("users does not write keys through a symbolic link", needsRoot, async () => {
  await using guest = await Guest.tiny();
  await guest.sh("mkdir -p /home/ann /root/.ssh; ln -s /root/.ssh /home/ann/.ssh");
  const { code, output } = await guest.run(itemsOf(`users: [{name: ann, ssh_authorized_keys: ["${KEY}"]}]`));
  assertEquals(code, 1);
  assertStringIncludes(output, "is a symbolic link");
  assertEquals(await guest.sh("ls -A /root/.ssh"), "");
});

Deno.test("users gives no user a file of root that has a name among its keys", needsRoot, async () => {
  await using guest = await Guest.tiny();
  await guest.sh(
    "mkdir -p /home/ann/.ssh; echo secret >/etc/secret; chmod 600 /etc/secret; " +
      "ln /etc/secret /home/ann/.ssh/authorized_keys; mkdir /home/bob; chown 1000:1000 /home/ann /home/ann/.ssh",
  );
  const users = `[{name: ann, uid: 1000, ssh_authorized_keys: ["${KEY}"]}]`;
  const { code, output } = await guest.run(itemsOf(`users: ${users}`));
  assertEquals(code, 1);
  assertStringIncludes(
    output,
    "/home/ann/.ssh/authorized_keys is not a regular file, or has another name as well",
  );
  assertEquals(await guest.sh("cat /home/ann/.ssh/authorized_keys; stat -c %u /etc/secret"), "secret\n0");
  assertEquals(await guest.sh("ls -A /home/ann/.ssh"), "authorized_keys");
});

Deno.test("groups makes groups with all their members", needsRoot, async () => {
  for (const kind of ["tiny", "debian"] as const) {
    await using guest = await Guest[kind]();
    const config = "groups: [one, {two: [root, ann, bob]}, 'three']\nusers: [ann]\n";
    const { code, output } = await guest.run(itemsOf(config));
    assertEquals([code, output], [0, "lxops: there is no user bob to add to group two"]);
    assertEquals(
      await guest.sh("grep -E '^(one|two|three):' /etc/group | cut -d: -f1,4"),
      "one:\ntwo:root,ann\nthree:",
    );
  }
});

Deno.test("users makes accounts where there is no tool for it", needsRoot, async () => {
  await using guest = await Guest.tiny();
  await guest.sh("rm /usr/sbin/adduser /usr/sbin/addgroup /usr/sbin/chpasswd");
  const config = `users:
  - {name: ann, groups: [adm, one], gecos: Ann, ssh_authorized_keys: ["${KEY}"]}
  - {name: bob, uid: 1003, primary_group: one, groups: adm, no_create_home: true, shell: /bin/ash}
  - {name: cid, hashed_passwd: $6$salt$hash, lock_passwd: false}
  - {name: dan, plain_text_passwd: secret, lock_passwd: false}
`;
  const { code, output } = await guest.run(itemsOf(config, "openwrt"));
  assertEquals(code, 0, output);
  assertEquals(
    await guest.sh("tail -n 4 /etc/passwd; cut -d: -f1,3,4 /etc/group | tail -n 8 | grep -v root"),
    `ann:x:1000:1001:Ann:/home/ann:/bin/ash
bob:x:1003:1000::/home/bob:/bin/ash
cid:x:1001:1002::/home/cid:/bin/ash
dan:x:1002:1003::/home/dan:/bin/ash
adm:4:ann,bob
wheel:10:
users:100:
one:1000:ann
ann:1001:
cid:1002:
dan:1003:`,
  );
  assertMatch(
    await guest.sh("tail -n 4 /etc/shadow | cut -d: -f1,2"),
    /^ann:\*\nbob:\*\ncid:\$6\$salt\$hash\ndan:\S{10,}$/,
  );
  assertEquals(await guest.stat("/home/ann/.ssh/authorized_keys"), "600 ann ann");
});

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Guest, itemsOf, needsRoot } from "../../guest.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA me@home";

async function shadow(guest: Guest, name: string): Promise<string[]> {
  return (await guest.sh(`grep '^${name}:' /etc/shadow`)).split(":");
}

Deno.test("chpasswd sets passwords of every type", needsRoot, async () => {
  for (const kind of ["tiny", "debian"] as const) {
    await using guest = await Guest[kind]();
    const config = `users: [ann, bob, cid, dan]
chpasswd:
  expire: false
  users:
    - {name: ann, password: $6$salt$hash}
    - {name: bob, password: "te'xt", type: text}
    - {name: cid, type: RANDOM}
  list: |
    dan:$6$other$hash
`;
    const { code, output } = await guest.run(itemsOf(config));
    assertEquals(code, 0, output);
    assertEquals((await shadow(guest, "ann"))[1], "$6$salt$hash");
    assertEquals((await shadow(guest, "dan"))[1], "$6$other$hash");
    assertMatch((await shadow(guest, "bob"))[1] ?? "", /^\$[6y]\$/);
    assertMatch((await shadow(guest, "cid"))[1] ?? "", /^\$[6y]\$/);
    assertMatch(output, /^lxops: the password of user cid is [A-Za-z2-9]{20}$/);
    assert((await shadow(guest, "ann"))[2] !== "0");
  }
});

Deno.test(
  "chpasswd makes users change their passwords unless the file says otherwise",
  needsRoot,
  async () => {
    await using guest = await Guest.debian();
    const { code } = await guest.run(itemsOf("users: [ann]\nchpasswd: {list: ['ann:secret']}"));
    assertEquals(code, 0);
    assertEquals((await shadow(guest, "ann"))[2], "0");
  },
);

Deno.test(
  "password and keys at the top are for the default user, which is made for them",
  needsRoot,
  async () => {
    await using guest = await Guest.debian();
    const config = `password: $6$salt$hash
chpasswd: {expire: false}
ssh_authorized_keys: ["${KEY}"]
`;
    const { code, output } = await guest.run(itemsOf(config));
    assertEquals(code, 0, output);
    assertMatch(await guest.sh("getent passwd debian"), /:Debian:\/home\/debian:\/bin\/bash$/);
    assertEquals((await shadow(guest, "debian"))[1], "$6$salt$hash");
    assertEquals(
      await guest.sh("id -Gn debian | tr ' ' '\\n' | sort | tr '\\n' ' '"),
      "adm audio cdrom debian dialout dip floppy netdev plugdev sudo video",
    );
    assertStringIncludes(await guest.text("/home/debian/.ssh/authorized_keys"), KEY);
    assertMatch(
      await guest.text("/root/.ssh/authorized_keys"),
      /^no-port-forwarding,.*"debian\\" instead.* AAAA/m,
    );
    // Where the machine's own name has no address, sudo notes that.
    assertEquals(await guest.sh("sudo -n -u debian sudo -n id -u 2>/dev/null"), "0");
  },
);

Deno.test("disable_root: false lets root in with the keys at the top", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const config = `users: []\ndisable_root: false\nssh_authorized_keys: ["${KEY}"]\n`;
  assertEquals((await guest.run(itemsOf(config))).code, 0);
  assertEquals(await guest.text("/root/.ssh/authorized_keys"), `# lxops keys\n${KEY}\n# end of lxops keys\n`);
});

Deno.test("user changes the default user", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const config = "user: {name: ann, groups: [adm]}\nusers: [default, bob]\n";
  assertEquals((await guest.run(itemsOf(config, "alpine"))).code, 0);
  assertMatch(
    await guest.sh("tail -n 2 /etc/passwd"),
    /^bob:.*\nann:.*:alpine Cloud User:\/home\/ann:\/bin\/ash$/,
  );
});

const SSHD = "Include /etc/ssh/sshd_config.d/*.conf\nPort 22\nMatch User x\n  PasswordAuthentication no\n";

Deno.test("ssh_pwauth sets the keyword where sshd reads it first", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const set = async (value: string) => (await guest.run(itemsOf(`ssh_pwauth: ${value}`))).code;
  await guest.sh("mkdir -p /etc/ssh; printf 'Port 22\\nMatch User x\\n' >/etc/ssh/sshd_config");
  assertEquals(await set("true"), 0);
  assertEquals(
    await guest.text("/etc/ssh/sshd_config"),
    "PasswordAuthentication yes\nPort 22\nMatch User x\n",
  );
  assertEquals(await set("no"), 0);
  assertEquals(
    await guest.text("/etc/ssh/sshd_config"),
    "PasswordAuthentication no\nPort 22\nMatch User x\n",
  );
  await Deno.writeTextFile(`${guest.directory}/etc/ssh/sshd_config`, SSHD);
  assertEquals(await set("yes"), 0);
  assertEquals(await guest.text("/etc/ssh/sshd_config.d/50-cloud-init.conf"), "PasswordAuthentication yes\n");
  assertEquals(await guest.text("/etc/ssh/sshd_config"), SSHD);
  await guest.sh("echo passwordauthentication no >/etc/ssh/sshd_config.d/00-other.conf");
  const { code, output } = await guest.run(itemsOf("ssh_pwauth: yes"));
  assertEquals(code, 0);
  assertMatch(output, /lxops: PasswordAuthentication stays no: .*00-other\.conf, which it reads first/);
  assertEquals(itemsOf("ssh_pwauth: unchanged").length, 0);
});

Deno.test("ssh_keys writes host keys, and makes public ones of private ones", needsRoot, async () => {
  await using guest = await Guest.debian();
  await guest.sh(
    "mkdir -p /etc/ssh; touch /etc/ssh/ssh_host_dsa_key; ssh-keygen -q -t ed25519 -N '' -C c -f /tmp/k",
  );
  const secret = await guest.text("/tmp/k");
  const { code, output } = await guest.run(
    itemsOf(JSON.stringify({ ssh_keys: { ed25519_private: secret } })),
  );
  assertEquals(code, 0, output);
  assertEquals(await guest.text("/etc/ssh/ssh_host_ed25519_key"), secret);
  assertEquals(await guest.stat("/etc/ssh/ssh_host_ed25519_key"), "600 root root");
  assertEquals(
    await guest.sh("cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub"),
    await guest.sh("cut -d' ' -f1,2 /tmp/k.pub"),
  );
  assertEquals(await guest.sh("ls /etc/ssh/ssh_host_dsa_key 2>/dev/null"), "");
});

Deno.test("ssh_genkeytypes makes the host keys that are missing", needsRoot, async () => {
  await using guest = await Guest.debian();
  await guest.sh("rm -f /etc/ssh/ssh_host_*");
  const { code, output } = await guest.run(itemsOf("ssh_genkeytypes: [ed25519, ecdsa]"));
  assertEquals(code, 0, output);
  assertEquals(await guest.sh("cd /etc/ssh; ls ssh_host_*_key"), "ssh_host_ecdsa_key\nssh_host_ed25519_key");
});

Deno.test(
  "ssh_import_id adds the keys of accounts elsewhere, and snapuser asks snap",
  needsRoot,
  async () => {
    await using guest = await Guest.tiny();
    const stub = 'for id in "$@"; do case $id in *:*) echo "ssh-rsa AAAA$id $id" >>"$2" ;; esac; done';
    await guest.sh(`printf '%s\\n' '#!/bin/sh' '${stub}' >/usr/sbin/ssh-import-id
    printf '%s\\n' '#!/bin/sh' 'echo "snap $*" >>/var/log/calls' >/usr/sbin/snap; chmod 755 /usr/sbin/*`);
    const config = `users:
  - {name: ann, ssh_import_id: [gh:ann, lp:ann], ssh_authorized_keys: [ssh-rsa AAAAown own]}
  - {name: bob, snapuser: bob@example.org, shell: /bin/zsh}
  - default
ssh_import_id: gh:top
`;
    const items = itemsOf(config, "alpine");
    for (const _ of [1, 2]) assertEquals((await guest.run(items)).code, 0);
    const keys = (name: string) => guest.sh(`grep -v '^#' /home/${name}/.ssh/authorized_keys`);
    assertEquals(
      await keys("ann"),
      "ssh-rsa AAAAgh:ann gh:ann\nssh-rsa AAAAlp:ann lp:ann\nssh-rsa AAAAown own",
    );
    assertEquals(await keys("alpine"), "ssh-rsa AAAAgh:top gh:top");
    assertEquals(await guest.stat("/home/ann/.ssh/authorized_keys"), "600 ann ann");
    assertEquals(
      await guest.sh("grep bob /etc/passwd; uniq /var/log/calls"),
      "snap create-user --sudoer --json bob@example.org",
    );
  },
);

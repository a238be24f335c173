import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Guest, itemsOf, needsRoot, SHELLS } from "../../guest.ts";

for (const shell of SHELLS) {
  Deno.test(
    `manage_etc_hosts adds the host name once, or writes the table, in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      await guest.sh("echo '127.0.0.1 localhost' >/etc/hosts; echo c1 >/etc/hostname");
      const set = async (text: string) => (await guest.run(itemsOf(text))).code;
      for (let i = 0; i < 2; i++) {
        assertEquals(
          await set("fqdn: web.example.org\nmanage_etc_hosts: localhost\npreserve_hostname: true"),
          0,
        );
      }
      assertEquals(await guest.text("/etc/hosts"), "127.0.0.1 localhost\n127.0.1.1 web.example.org web\n");
      assertEquals(await set("manage_etc_hosts: true"), 0);
      assertMatch(await guest.text("/etc/hosts"), /^# Made by lxops\n127.0.1.1 c1 c1\n127.0.0.1 localhost\n/);
    },
  );
}

Deno.test("hostname writes the short name, or the full one where that is preferred", needsRoot, async () => {
  const machine = Deno.hostname();
  await using guest = await Guest.debian();
  await guest.sh("rm /etc/hostname");
  const set = async (text: string) => {
    assertEquals((await guest.run(itemsOf(text))).code, 0);
    return await guest.sh("cat /etc/hostname 2>/dev/null; uname -n");
  };
  assertEquals(await set("hostname: a\ncreate_hostname_file: false"), "a");
  assertEquals(await set("hostname: web.example.org"), "web\nweb");
  assertEquals(await set("hostname: a\nfqdn: b.example.org"), "a\na");
  assertEquals(await set("fqdn: b.example.org"), "b\nb");
  assertEquals(
    await set("fqdn: b.example.org\nprefer_fqdn_over_hostname: true"),
    "b.example.org\nb.example.org",
  );
  assertEquals(Deno.hostname(), machine);
  assertEquals(itemsOf("hostname: a\npreserve_hostname: true").length, 0);
});

Deno.test("timezone links the zone and writes its name", needsRoot, async () => {
  await using guest = await Guest.debian();
  await guest.sh("mkdir -p /usr/share/zoneinfo/Test; echo TZ >/usr/share/zoneinfo/Test/Zone");
  assertEquals((await guest.run(itemsOf("timezone: Test/Zone"))).code, 0);
  assertEquals(
    await guest.sh("readlink /etc/localtime; cat /etc/timezone"),
    "/usr/share/zoneinfo/Test/Zone\nTest/Zone",
  );
});

Deno.test("timezone asks the system where it has no data of zones", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const tool = async (name: string) => {
    await guest.sh(
      `printf '#!/bin/sh\\necho ${name} "$@" >>/var/log/calls\\n' >/usr/sbin/${name}; chmod 755 /usr/sbin/${name}`,
    );
  };
  const { code, output } = await guest.run(itemsOf("timezone: Europe/Athens", "alpine"));
  assertEquals([code, output.split("\n").at(-1)], [1, "lxops: there is no time zone Europe/Athens"]);
  assertEquals(await guest.sh("cat /var/log/calls; rm /var/log/calls"), "apk add tzdata");
  await tool("timedatectl");
  assertEquals((await guest.run(itemsOf("timezone: Europe/Athens"))).code, 0);
  assertStringIncludes(
    await guest.sh("cat /var/log/calls; rm /var/log/calls"),
    "timedatectl set-timezone Europe/Athens",
  );
  await tool("setup-timezone");
  assertEquals((await guest.run(itemsOf("timezone: Europe/Athens", "alpine"))).code, 0);
  assertEquals(await guest.sh("cat /var/log/calls"), "setup-timezone -z Europe/Athens");
});

Deno.test("locale makes Debian's locale and writes it for others", needsRoot, async () => {
  await using guest = await Guest.tiny();
  await guest.sh(`mkdir -p /usr/share/i18n
    for n in locale-gen update-locale; do cp /usr/sbin/apk /usr/sbin/$n; done
    printf 'el_GR ISO-8859-7\\nel_GR.UTF-8 UTF-8\\n' >/usr/share/i18n/SUPPORTED`);
  assertEquals((await guest.run(itemsOf("locale: el_GR.UTF-8"))).code, 0);
  assertEquals(await guest.text("/etc/locale.gen"), "el_GR.UTF-8 UTF-8\n");
  assertEquals(
    await guest.text("/var/log/calls"),
    "locale-gen \nupdate-locale --locale-file=/etc/default/locale LANG=el_GR.UTF-8\n",
  );
  assertEquals((await guest.run(itemsOf("locale: el_GR.UTF-8", "alpine"))).code, 0);
  assertMatch(await guest.text("/etc/profile.d/50locale.sh"), /^export LANG=el_GR.UTF-8$/m);
  assertEquals((await guest.run(itemsOf("locale: C.UTF-8", "fedora"))).code, 0);
  assertEquals(await guest.text("/etc/locale.conf"), "LANG=C.UTF-8\n");
});

Deno.test("keyboard and resolv_conf are files", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const config = `keyboard: {layout: gr, options: "ctrl:nocaps"}
manage_resolv_conf: true
resolv_conf:
  nameservers: [10.0.0.1, "fd00::1"]
  searchdomains: [a.example, b.example]
  options: {rotate: true, timeout: 1, debug: false}
`;
  assertEquals((await guest.run(itemsOf(config))).code, 0);
  assertStringIncludes(await guest.text("/etc/default/keyboard"), 'XKBLAYOUT="gr"\n');
  assertEquals(
    await guest.text("/etc/resolv.conf"),
    "nameserver 10.0.0.1\nnameserver fd00::1\nsearch a.example b.example\noptions rotate timeout:1\n",
  );
});

Deno.test("bootcmd comes first, final_message and power_state last", needsRoot, async () => {
  await using guest = await Guest.debian();
  await guest.sh("printf '#!/bin/sh\\necho \"$*\" >/called\\n' >/usr/bin/setsid");
  const config = `power_state: {mode: poweroff, delay: "+1", condition: test -e /booted}
final_message: "Done after $uptime s, it's {{ version }} $HOME"
bootcmd: [touch /booted]
runcmd: [test -e /booted]
`;
  const { code, output, ran } = await guest.run(itemsOf(config));
  assertEquals(code, 0, output);
  assertEquals(ran, [
    "Run touch /booted",
    "Run test -e /booted",
    "Print the final message",
    "Switch the instance off",
  ]);
  assertMatch(output, /^lxops: Done after [\d.]* s, it's lxops \$HOME$/);
  assertEquals(
    await guest.sh("until [ -s /called ]; do sleep 0.05; done; cat /called"),
    "/bin/sh -c sleep 60; exec poweroff",
  );
});

Deno.test("mounts writes and mounts entries that a container can have", needsRoot, async () => {
  await using guest = await Guest.debian();
  await guest.sh(
    "mkdir /srv/a\\ b; echo x >/srv/a\\ b/file; echo 'none /keep tmpfs defaults 0 0' >/etc/fstab",
  );
  const config = `mounts:
  - ["/srv/a b", /mnt/bind, none, bind]
  - [tmpfs, /mnt/mem, tmpfs, "size=1m"]
  - [/dev/vdb, /mnt/disk, ext4]
  - [tmpfs, -x, tmpfs]
`;
  for (let i = 0; i < 2; i++) {
    const { code, output } = await guest.run(itemsOf(config));
    assertEquals([code, output], [0, ""]);
  }
  assertEquals(await guest.sh("cat /mnt/bind/file; stat -f -c %T /mnt/mem"), "x\ntmpfs");
  assertEquals(
    await guest.text("/etc/fstab"),
    "none /keep tmpfs defaults 0 0\n" +
      "/srv/a\\040b\t/mnt/bind\tnone\tbind,comment=cloudconfig\t0\t2\n" +
      "tmpfs\t/mnt/mem\ttmpfs\tsize=1m,comment=cloudconfig\t0\t2\n",
  );
  await guest.sh("umount /mnt/bind /mnt/mem");
});

Deno.test("ca_certs writes certificates and has them used", needsRoot, async () => {
  await using guest = await Guest.tiny();
  await guest.sh(
    "cp /usr/sbin/apk /usr/sbin/update-ca-certificates; printf '# c\\nmozilla/a.crt\\n!b\\n' >/etc/ca-certificates.conf",
  );
  const config = "ca_certs: {remove_defaults: true, trusted: ['one', \"two\\n\"]}";
  assertEquals((await guest.run(itemsOf(config, "alpine"))).code, 0);
  assertEquals(await guest.text("/usr/local/share/ca-certificates/cloud-init-ca-cert-2.crt"), "two\n");
  assertEquals(await guest.text("/etc/ca-certificates.conf"), "# c\n!mozilla/a.crt\n!b\n");
  assertEquals(await guest.text("/var/log/calls"), "update-ca-certificates \n");
});

Deno.test("ntp writes the servers and snap runs its commands", needsRoot, async () => {
  await using guest = await Guest.tiny();
  await guest.sh("cp /usr/sbin/apk /usr/sbin/snap; cp /usr/sbin/apk /usr/sbin/chronyd");
  const config = `ntp: {servers: [10.0.0.1], pools: [pool.example]}
snap: {commands: {b: [install, hello], a: "snap refresh"}, assertions: ["type: x"]}
`;
  const { code, output } = await guest.run(itemsOf(config));
  assertEquals(code, 0, output);
  assertMatch(
    await guest.text("/etc/chrony/chrony.conf"),
    /^pool pool.example iburst\nserver 10.0.0.1 iburst\n/,
  );
  assertEquals(await guest.text("/var/log/calls"), "snap ack /dev/stdin\nsnap refresh\nsnap install hello\n");
});

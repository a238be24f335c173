import { assertEquals } from "@std/assert";
import { Guest, itemsOf, needsRoot } from "./guest.ts";

/** Files of one section that a user changes, and changes back. */
const SECTIONS: Readonly<Record<string, readonly [first: string, second: string, left: string]>> = {
  ntp: [
    "ntp: {servers: [192.0.2.1], config: {check_exe: 'true'}}",
    "ntp: {servers: [192.0.2.2], config: {check_exe: 'true'}}",
    "grep -o 192.* /etc/chrony/chrony.conf",
  ],
  ca_certs: ["ca_certs: {trusted: [one]}", "ca_certs: {trusted: [two]}", "cat /trusted"],
  timezone: ["timezone: One", "timezone: Two", "cat /etc/timezone"],
  hostname: ["hostname: one", "hostname: two", "cat /etc/hostname"],
  "apt.sources": [
    "apt: {sources: {a: {source: deb one x, append: false}}}",
    "apt: {sources: {a: {source: deb two x, append: false}}}",
    "cat /etc/apt/sources.list.d/a.list",
  ],
  "apt.debconf_selections": [
    "apt: {debconf_selections: {a: one}}",
    "apt: {debconf_selections: {a: two}}",
    "cat /answers",
  ],
  keyboard: ["keyboard: {layout: gr}", "keyboard: {layout: us}", "cat /etc/default/keyboard"],
  locale: ["locale: C.UTF-8", "locale: C", "cat /locale"],
};

const STANDINS = `for program in apt-get locale-gen; do printf '#!/bin/sh\\n' >/usr/sbin/$program; done
printf '#!/bin/sh\\ncat >/answers\\n' >/usr/sbin/debconf-set-selections
printf '#!/bin/sh\\necho "$2" >/locale\\n' >/usr/sbin/update-locale
printf '#!/bin/sh\\ncat /usr/local/share/ca-certificates/* >/trusted\\n' >/usr/sbin/update-ca-certificates
chmod 755 /usr/sbin/*; mkdir -p /usr/share/zoneinfo /etc/apt; echo 1 >/usr/share/zoneinfo/One; echo 2 >/usr/share/zoneinfo/Two`;

Deno.test(
  "a section that is changed and changed back is applied each time, and then no more",
  needsRoot,
  async () => {
    await using guest = await Guest.tiny("dash");
    await guest.sh(STANDINS);
    for (const [section, [first, second, left]] of Object.entries(SECTIONS)) {
      const states = [];
      for (const text of [first, second, first]) {
        const { code, output } = await guest.configure(text);
        assertEquals(code, 0, `${section}: ${output}`);
        states.push(await guest.sh(left));
        assertEquals((await guest.configure(text)).ran, [], section);
      }
      assertEquals([states[0] === states[1], states[2]], [false, states[0]], section);
    }
  },
);

Deno.test(
  "host keys that are changed and changed back have the public keys that belong to them",
  needsRoot,
  async () => {
    await using guest = await Guest.debian();
    await guest.sh("for n in 1 2; do ssh-keygen -q -t ed25519 -N '' -C $n -f /tmp/k$n; done");
    const keys = await Promise.all([1, 2].map((n) => guest.text(`/tmp/k${n}`)));
    const text = (key = "") => `ssh_keys: {ed25519_private: ${JSON.stringify(key)}}`;
    for (const n of [0, 1, 0]) {
      assertEquals((await guest.configure(text(keys[n]))).code, 0);
      assertEquals(
        await guest.sh("cut -d' ' -f2 /etc/ssh/ssh_host_ed25519_key.pub"),
        await guest.sh(`cut -d' ' -f2 /tmp/k${n + 1}.pub`),
      );
    }
  },
);

Deno.test("keyboard asks Alpine's own program", needsRoot, async () => {
  await using guest = await Guest.tiny();
  await guest.sh("cp /usr/sbin/apk /usr/sbin/setup-keymap");
  assertEquals((await guest.run(itemsOf("keyboard: {layout: gr}", "alpine"))).code, 0);
  assertEquals((await guest.run(itemsOf("keyboard: {layout: us, variant: us-intl}", "alpine"))).code, 0);
  assertEquals(await guest.text("/var/log/calls"), "setup-keymap gr gr\nsetup-keymap us us-intl\n");
});

Deno.test("power_state stops a system that can make no sessions", needsRoot, async () => {
  await using guest = await Guest.tiny("dash");
  await guest.sh("rm -f /bin/setsid /bin/poweroff; printf '#!/bin/sh\\ntouch /off\\n' >/usr/sbin/poweroff");
  await guest.sh("chmod 755 /usr/sbin/poweroff");
  assertEquals((await guest.run(itemsOf("power_state: {mode: poweroff}"))).code, 0);
  assertEquals(
    await guest.sh("n=0; until [ -e /off ] || [ $n = 100 ]; do n=$((n + 1)); sleep 0.1; done; ls /off"),
    "/off",
  );
});

Deno.test("apt takes the first of the mirrors that the name servers know", needsRoot, async () => {
  await using guest = await Guest.tiny("dash");
  await guest.sh(
    `mkdir -p /etc/apt; echo 'deb http://old/debian x main' >/etc/apt/sources.list; echo VERSION_CODENAME=x >/etc/os-release
printf '#!/bin/sh\\necho any\\n' >/usr/sbin/dpkg; printf '#!/bin/sh\\n[ "$2" = known.example ]\\n' >/usr/sbin/getent
printf '#!/bin/sh\\n' >/usr/sbin/apt-get; chmod 755 /usr/sbin/*`,
  );
  const text = (search: string) => `apt: {primary: [{arches: [default], search: [${search}]}]}`;
  const none = await guest.run(itemsOf(text("http://a/")));
  assertEquals(none.code, 0, none.output);
  assertEquals(none.output.includes("none of these mirrors is known"), true, none.output);
  const found = await guest.run(itemsOf(text("http://a/x, 'http://known.example:80/debian', http://b/")));
  assertEquals(found.code, 0, found.output);
  assertEquals(await guest.text("/etc/apt/sources.list"), "deb http://known.example:80/debian x main\n");
});

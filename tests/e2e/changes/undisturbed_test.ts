/**
 * Tests that `status --guest` finds no difference in an instance that no user changed: after restarts, rotated logs and
 * upgrades.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { type Ground, inTurn } from "../support/daemon.ts";
import { debianPair } from "../support/debian_pair.ts";
import { isWhole } from "../../support/sample.ts";
import { found, launchShop, type System } from "./shop.ts";

/** Upgrades packages to versions that are packed from the installed files, and rotates the log. */
const UPGRADE = (packages: string) =>
  `set -e
cd /srv/shop
for name in ${packages}; do
  rm -rf /root/pack
  mkdir -p /root/pack/DEBIAN
  dpkg -L "$name" | while IFS= read -r path; do
    if [ ! -d "$path" ] && { [ -e "$path" ] || [ -L "$path" ]; }; then (cd / && cp -a --parents ".$path" /root/pack); fi
  done
  dpkg-query -s "$name" | sed -e '/^Status:/d' -e '/^Conffiles:/,/^[^ ]/{/^Conffiles:/d;/^ /d}' -e 's/^Version:.*/&.1/' >/root/pack/DEBIAN/control
  for part in conffiles preinst postinst prerm postrm; do
    file=$(ls /var/lib/dpkg/info/$name.$part /var/lib/dpkg/info/$name:*.$part 2>/dev/null | head -n 1)
    [ -z "$file" ] || cp "$file" "/root/pack/DEBIAN/$part"
  done
  dpkg-deb -Znone -b /root/pack "$name.deb" >/dev/null
done
for one in *.deb; do
  dpkg-deb -f "$one"
  printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' "$one" "$(stat -c %s "$one")" "$(sha256sum "$one" | cut -c1-64)"
done >Packages
apt-get -q -o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::SourceList=/etc/apt/sources.list.d/local.list update
apt-get -q -y upgrade
dpkg-query -W -f='\${Package} \${Version}\\n' ${packages} | grep -c '\\.1$'
`;

const ROTATE = "mv /var/log/shop.log /var/log/shop.log.1; (umask 027; : >/var/log/shop.log)";

interface Case {
  readonly name: string;
  readonly image: string;
  readonly system: System;
  /** The package of the cloud-config, and those that are upgraded. */
  readonly packaged: string;
  readonly upgraded: readonly string[];
}

const GONE = /a restart or the cleaning of temporary files removed [^\n]*\/run\/shop\/env/;
const REPLACED = /the settings of the network, as those of DHCP, replaced \/etc\/resolv\.conf/;

async function check(ground: Ground, { name, upgraded, ...more }: Case): Promise<void> {
  await launchShop(ground, { name, ...more });
  assertEquals((await found(ground, name)).names, [], name);
  await ground.inside(name, ROTATE);
  if (upgraded.length > 0) {
    assertMatch(await ground.inside(name, UPGRADE(upgraded.join(" "))), new RegExp(`\n${upgraded.length}$`));
  }
  assertEquals((await found(ground, name)).names, [], name);
  await ground.ok(["restart", name]);
  // The system is still starting, and later it has started.
  assertEquals((await found(ground, name)).names, [], name);
  const ended = "[ ! -d /run/systemd ] || timeout 60 systemctl is-system-running --wait >/dev/null || :";
  await ground.inside(
    name,
    `${ended}; n=0; while grep -q 192.0.2 /etc/resolv.conf && [ $((n += 1)) -lt 100 ]; do sleep 0.1; done`,
  );
  const { names, notes } = await found(ground, name);
  assertEquals(names, [], name);
  assertMatch(notes, GONE);
  assertMatch(notes, REPLACED);
  assertEquals(/could not be compared/.test(notes), more.system === "busybox", notes);
  // Removed files come back, and changes by hand are found again.
  await ground.ok(["up", "--guest", "-name", name, `${name}.yaml`]);
  await ground.inside(name, "grep 192.0.2.53 /etc/resolv.conf; cat /run/shop/env /dev/shm/seed");
  await ground.inside(name, "echo nameserver 192.0.2.54 >/etc/resolv.conf; rm /run/shop/env");
  const { names: changed } = await found(ground, name);
  assertEquals(changed.toSorted(), ["file /etc/resolv.conf, content", "file /run/shop/env"]);
}

inTurn("status finds nothing after rotated logs, an upgrade and a restart", [], async (ground) => {
  const [tiny, debian] = [ground.name("-tiny"), ground.name("-debian")];
  const cases: Case[] = [
    { name: tiny, image: "tiny", system: "busybox", packaged: "curl", upgraded: [] },
    {
      name: debian,
      image: "debian",
      system: "debian",
      packaged: "tb-hello",
      upgraded: ["adduser", "sudo", "tb-hello"],
    },
  ];
  const alias = `${ground.id}-pair`;
  // The third image takes minutes to make.
  if (isWhole()) {
    const [file] = await debianPair();
    await ground.ok(["image", "import", "-alias", alias, file]);
    cases.push({
      name: ground.name("-pair"),
      image: alias,
      system: "debian",
      packaged: "memcached",
      upgraded: ["memcached", "tcpdump", "adduser", "dbus"],
    });
  }
  try {
    await Promise.all(cases.map((one) => check(ground, one)));
  } finally {
    if (isWhole()) await ground.run(["image", "delete", alias]);
  }
});

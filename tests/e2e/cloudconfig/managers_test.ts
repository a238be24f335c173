/**
 * Systems that there is no image of: the commands that their package managers get, exactly. Programs in the guest
 * stand in for them and write down their arguments.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { inTurn } from "../support/daemon.ts";

const RECORDER = `#!/bin/sh
{ printf %s "\${0##*/}"; printf ' [%s]' "$@"; echo; } >>/calls
case "\${0##*/} $1" in 'opkg list-upgradable') echo 'one - 1 - 2' ;; esac
`;

const PROGRAMS = "dnf microdnf yum pacman zypper xbps-install opkg snap uci";

const FILE = `#cloud-config
package_update: true
package_upgrade: true
packages: [one, [two, "2.0"], {snap: [three, [four, edge]], apt: [five]}]
snap: {assertions: ["type: x"], commands: [[install, "a b"], "snap set system x='y z'"]}
`;

const SNAPS = "snap [install] [three]\nsnap [install] [four] [--channel=edge]\n";
const SNAP = "snap [ack] [/dev/stdin]\nsnap [install] [a b]\nsnap [set] [system] [x=y z]\n";

/** The expected command lines of each system's programs, except snap's. */
const CALLS: Readonly<Record<string, string>> = {
  fedora: "dnf [-y] [makecache]\ndnf [-y] [upgrade]\ndnf [-y] [install] [one] [two-2.0]\n",
  rocky: "dnf [-y] [makecache]\ndnf [-y] [upgrade]\ndnf [-y] [install] [one] [two-2.0]\n",
  opensuse: "zypper [--non-interactive] [--gpg-auto-import-keys] [refresh]\n" +
    "zypper [--non-interactive] [--gpg-auto-import-keys] [update] [--auto-agree-with-licenses]\n" +
    "zypper [--non-interactive] [--gpg-auto-import-keys] [install] [--auto-agree-with-licenses] [one] [two=2.0]\n",
  arch: "pacman [-Sy] [--noconfirm]\npacman [-Su] [--noconfirm]\n" +
    "pacman [-S] [--noconfirm] [--needed] [one] [two]\n",
  void: "xbps-install [-S]\nxbps-install [-y] [-u]\nxbps-install [-y] [one] [two-2.0]\n",
  openwrt: "opkg [update]\nopkg [list-upgradable]\nopkg [upgrade] [one]\nopkg [install] [one] [two]\n",
};

inTurn("the package managers of other systems are called with the right commands", [], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", "#lxops-v1\nimage: tiny\n");
  await ground.write("a.cfg", FILE);
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  const lists = "/var/lib/pacman/sync/x /var/db/xbps/x/x /var/opkg-lists/x";
  await ground.ok(["instance", "exec", name, "--", "sh", "-s"], {
    stdin: `mkdir -p /usr/local/bin; for one in ${PROGRAMS}; do
cat >/usr/local/bin/$one <<'END'\n${RECORDER}END\nchmod 755 /usr/local/bin/$one; done
mkdir -p ${lists}\n`,
  });
  const calls = async (ostype: string, file = "a.cfg") => {
    const { code, stderr } = await ground.run(["cloudconfig", "-ostype", ostype, "-i", name, file]);
    assertEquals(code, 0, stderr);
    const written = await ground.inside(name, "cat /calls; rm /calls");
    return { stderr, written: `${written}\n` };
  };
  for (const [ostype, own] of Object.entries(CALLS)) {
    const { written, stderr } = await calls(ostype);
    assertEquals(written, own + SNAPS + SNAP, ostype);
    assertStringIncludes(stderr, "note: not installed, as they are for apt: five");
    const unversioned = ["arch", "openwrt"].includes(ostype);
    assertEquals(stderr.includes("the versions in the file are not used"), unversioned, stderr);
  }
  // Where dnf is missing there is one of its relatives, the smaller one first.
  await ground.write("b.cfg", "#cloud-config\npackages: [one]\n");
  for (const [gone, tool] of [["dnf", "microdnf"], ["microdnf", "yum"]]) {
    await ground.inside(name, `rm /usr/local/bin/${gone}`);
    assertEquals((await calls("centos", "b.cfg")).written, `${tool} [-y] [install] [one]\n`);
  }
  await ground.write("c.cfg", "#cloud-config\ntimezone: Europe/Athens\n");
  await ground.inside(
    name,
    "mkdir -p /etc/init.d /usr/share/zoneinfo/Europe; cd /usr/share/zoneinfo/Europe; " +
      "rm -f Athens; printf 'TZif\\nEET-2EEST\\n' >Athens; printf '#!/bin/sh\\n' >/etc/init.d/system; chmod 755 /etc/init.d/system",
  );
  assertEquals(
    (await calls("openwrt", "c.cfg")).written,
    "uci [set] [system.@system[0].zonename=Europe/Athens]\n" +
      "uci [set] [system.@system[0].timezone=EET-2EEST]\nuci [commit] [system]\n",
  );
});

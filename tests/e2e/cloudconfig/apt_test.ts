/** Runs after an interrupted apt, which leaves packages half installed. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn } from "../support/daemon.ts";
import { until } from "../../support/until.ts";

/** Makes packages in the instance: one that takes long to set up until it may go on, and one that needs another. */
const PACKAGES = `#cloud-config
bootcmd:
- |
  set -e
  make() {
    mkdir -p /root/$1/DEBIAN
    printf '%s\\n' "Package: $1" 'Version: 1' 'Architecture: all' 'Maintainer: t <t@t>' 'Description: t' "$2" >/root/$1/DEBIAN/control
    printf '#!/bin/sh\\n%s\\n' "$3" >/root/$1/DEBIAN/postinst
    chmod 755 /root/$1/DEBIAN/postinst
    dpkg-deb --root-owner-group --build /root/$1 /root/$1.deb
  }
  make tb-slow 'Priority: optional' 'touch /root/begun; while ! [ -e /root/go ]; do sleep 1; done'
  make tb-needs 'Depends: tb-hello' :
`;

async function state(ground: Ground, name: string, ...packages: string[]): Promise<string[]> {
  const show = "dpkg-query -W -f '${db:Status-Status}\\n'";
  return (await ground.inside(name, `${show} ${packages.join(" ")} 2>&1`)).split("\n");
}

inTurn("a run finishes a package whose installation was interrupted", [], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", "#lxops-v1\nimage: debian\ncloud-config-files: [make.cfg, a.cfg]\n");
  await ground.write("make.cfg", PACKAGES);
  await ground.write("a.cfg", "#cloud-config\npackages: [/root/tb-slow.deb]\n");
  const begun = until(
    async () => (await ground.run(["instance", "exec", name, "--", "test", "-e", "/root/begun"])).code === 0,
    300_000,
  );
  const cut = await ground.run(["launch", "-name", name, "a.yaml"], { interrupt: begun });
  assertEquals(cut.code === 0, false, cut.stderr);
  assertEquals(await state(ground, name, "tb-slow"), ["half-configured"]);
  // Without what lxops does first, apt does nothing here.
  const refused = "apt-get -y install tb-hello 2>&1; true";
  assertStringIncludes(await ground.inside(name, refused), "dpkg was interrupted");
  await ground.inside(name, "touch /root/go");
  const resumed = await ground.run(["configure", "-resume", "-name", name, "a.yaml"]);
  assertEquals(resumed.code, 0, resumed.stderr);
  assertStringIncludes(resumed.stderr, "note: finishing what an interrupted apt or dpkg began");
  assertEquals(await state(ground, name, "tb-slow"), ["installed"]);

  // A package whose dependency was to follow: apt gets it, and says nothing of the kind when all is well.
  await ground.inside(name, "dpkg --unpack /root/tb-needs.deb");
  await ground.write("a.cfg", "#cloud-config\npackages: [sudo]\n");
  const fixed = await ground.run(["configure", "-name", name, "a.yaml"]);
  assertEquals(fixed.code, 0, fixed.stderr);
  assertEquals(await state(ground, name, "tb-needs", "tb-hello"), ["installed", "installed"]);
  const again = await ground.run(["configure", "-all", "-only", "packages", "-name", name, "a.yaml"]);
  assertEquals([again.code, again.stderr.includes("interrupted")], [0, false], again.stderr);
});

/**
 * Every section of cloud-config files on real containers: what is in the guest afterwards. The files are in
 * `fixtures/sections`.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { checkAll } from "./checks.ts";
import { BEFORE_UP, checkDrift, IN_BUSYBOX, IN_DEBIAN } from "./drift.ts";
import { type Ground, inTurn } from "../support/daemon.ts";
import { DEBIAN } from "./debian_sections.ts";
import { checkLost } from "./lost.ts";
import { TINY } from "./tiny_sections.ts";

/** Directories of the package repositories of other systems; files can be written there on any system. */
const OTHERS = `#cloud-config
yum_repos: {extra: {name: Extra, baseurl: "https://example.org/rpm", enabled: false, gpgcheck: true}}
zypper: {repos: [{id: more, baseurl: "https://example.org/suse"}], config: {solver.onlyRequires: true}}
`;

async function copyFixture(ground: Ground, ...names: readonly string[]): Promise<void> {
  const from = new URL("fixtures/sections/", import.meta.url);
  for (const name of names) await Deno.copyFile(new URL(name, from), `${ground.dir}/${name}`);
}

inTurn("every section is applied to a container of Debian", [], async (ground) => {
  await copyFixture(ground, "debian.yaml", "debian.cfg", "debian_more.cfg");
  const name = ground.name();
  const outcome = await ground.run(["launch", "-name", name, "debian.yaml"]);
  assertEquals(outcome.code, 0, outcome.stderr);
  assertMatch(outcome.stderr, /note: The ostype is "debian", as the image "debian" says/);
  assertMatch(outcome.stderr, /^\S+: note: done lxops$/m);
  assert(!/s3cret|rootpw|not really a key/.test(outcome.stderr + outcome.stdout));
  await checkAll(ground, name, DEBIAN);
  // Where nothing is known of the image, the instance itself tells.
  const config = '{"config":{"image.os":""}}';
  await ground.ok(["query", "-X", "PATCH", "-d", config, `/1.0/instances/${name}`]);
  const again = await ground.run(["configure", "-name", name, "debian.yaml"]);
  assertEquals(again.code, 0, again.stderr);
  assertMatch(again.stderr, /note: The ostype is "debian", as \/etc\/os-release of instance/);
  assertMatch(again.stderr, /note: (\d+) of \1 items are up to date/);
  await checkLost(ground, name, "debian.yaml");
  await checkDrift(ground, { name, file: "debian.yaml", changes: IN_DEBIAN });
});

inTurn("every section is applied to a container of busybox", [], async (ground) => {
  await copyFixture(ground, "tiny.yaml", "tiny.cfg", "tiny_more.cfg");
  const name = ground.name();
  await ground.ok(["launch", "-name", name, "tiny.yaml"]);
  await checkAll(ground, name, TINY);
  await checkLost(ground, name, "tiny.yaml");
  await checkDrift(ground, { name, file: "tiny.yaml", changes: IN_BUSYBOX, before: BEFORE_UP });
  await ground.write("repos.cfg", OTHERS);
  for (const ostype of ["fedora", "opensuse"]) {
    await ground.ok(["cloudconfig", "-ostype", ostype, "-i", name, "repos.cfg"]);
  }
  await checkAll(ground, name, [
    [
      "yum_repos",
      "cat /etc/yum.repos.d/extra.repo",
      "[extra]\nname=Extra\nbaseurl=https://example.org/rpm\nenabled=0\ngpgcheck=1",
    ],
    [
      "zypper",
      "cat /etc/zypp/repos.d/more.repo",
      "[more]\nenabled=1\nautorefresh=1\nbaseurl=https://example.org/suse",
    ],
    ["zypper: config", "cat /etc/zypp/zypp.conf", "\nsolver.onlyRequires=true"],
  ]);
});

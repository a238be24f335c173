/** The Debian package in a bare Debian container, whose lxops speaks to the daemon outside. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { PROGRAMS } from "../../../scripts/build/compile.ts";
import { documentation } from "../../../scripts/docs/pages.ts";
import { installerFor } from "../../../scripts/package/archive.ts";
import { debianPackage } from "../../../scripts/package/debian.ts";
import { glibcOf, MACHINES } from "../../../scripts/package/machine.ts";
import { readSources } from "../../../scripts/package/sources.ts";
import { filesOf } from "../../../scripts/package/tree.ts";
import { connect } from "../../../scripts/testbed/rest.ts";
import { type Ground, inTurn, places } from "../support/daemon.ts";

const ROOT = fromFileUrl(new URL("../../../", import.meta.url));
const machine = MACHINES.find(({ target }) => target === Deno.build.target)!;

/** The built programs, in the order of `PROGRAMS`. */
const binaries = [Deno.env.get("LXOPS_TEST_BIN_INCUS"), Deno.env.get("LXOPS_TEST_BIN_LXD")];

/** Makes packages of two versions; those of a release differ from them in that they are compressed. */
async function makePackages(directory: string): Promise<string> {
  const programs = new Map(
    await Promise.all(
      PROGRAMS.map(async ({ name }, at) => [name, await Deno.readFile(binaries[at]!)] as const),
    ),
  );
  const glibc = glibcOf(programs.get("lxops-incus")!);
  const sources = await readSources(ROOT);
  const pages = await documentation();
  for (const version of ["1.0", "1.1"]) {
    const release = { version, time: 1_700_000_000 };
    const files = await filesOf({
      programs,
      documentation: pages,
      release,
      texts: sources.texts,
      examples: sources.examples,
      reference: "",
    });
    await Deno.writeFile(
      `${directory}/lxops_${version}.deb`,
      await debianPackage({
        ...sources,
        release,
        architecture: machine.debian,
        glibc,
        files,
        changelog: "",
        maintainer: "A <a@b.example>",
        compression: "none",
      }),
    );
  }
  return glibc;
}

/** Starts a container of an image that sees the packages and the daemon's socket. */
async function startContainer(
  ground: Ground,
  name: string,
  image: { readonly alias: string },
  packages: string,
): Promise<void> {
  using rest = connect(ground.daemon.socket!);
  await rest.send("POST", "/1.0/instances", {
    name,
    source: { type: "image", ...image },
    // Its root may use the socket, which belongs to the machine's root.
    config: { "security.privileged": "true" },
    devices: {
      packages: { type: "disk", source: packages, path: "/packages", readonly: "true" },
      socket: { type: "disk", source: ground.daemon.socket!, path: "/daemon.socket" },
    },
  });
  await rest.send("PUT", `/1.0/instances/${name}/state`, { action: "start" });
}

inTurn(
  "the Debian package is installed, used, upgraded, removed and purged in a bare container",
  ["directory", "built programs"],
  async (ground) => {
    const packages = `${places.directory}/${ground.id}`;
    await Deno.mkdir(packages);
    const glibc = await makePackages(packages);
    const [name, other] = [ground.name(), ground.name("x")];
    await startContainer(ground, name, { alias: "debian" }, packages);
    const inside = (script: string) => ground.inside(name, `set -e; export LC_ALL=C; ${script}`);
    const lxops = `lxops --socket /daemon.socket`;

    assertEquals(await inside("command -v deno node lxops || true"), "");
    await inside("dpkg -i /packages/lxops_1.0.deb");
    assertEquals(await inside("dpkg-query -W -f '${db:Status-Abbrev}${Version}' lxops"), "ii 1.0");
    assertEquals(await inside("readlink -f /usr/bin/lxops"), "/usr/bin/lxops-incus");
    if (ground.daemon.title === "LXD") {
      await inside("update-alternatives --set lxops /usr/bin/lxops-lxd");
    }
    assertMatch(await inside("lxops version"), new RegExp(`^lxops for ${ground.daemon.title}, `));
    await inside(`${lxops} create --start tiny ${other}`);
    assertStringIncludes(await inside(`${lxops} ps`), other);
    assertEquals(await inside(`${lxops} exec ${other} -- echo hello`), "hello");
    const completing = `source /usr/share/bash-completion/completions/lxops
      COMP_LINE='lxops --socket=/daemon.socket exec ${other.slice(0, -1)}' COMP_POINT=\${#COMP_LINE}
      # On a busy machine, the daemon may need longer than lxops waits.
      for n in 1 2 3 4 5 6 7 8 9; do _lxops lxops; [ \${#COMPREPLY[@]} = 0 ] || break; done
      printf '<%s>' "\${COMPREPLY[@]}"`;
    assertEquals(
      await inside(`cat >/tmp/completing <<'EOF'\n${completing}\nEOF\nbash /tmp/completing`),
      `<${name} ><${other} >`,
    );
    assertStringIncludes(await inside("zcat /usr/share/man/man1/lxops-launch.1.gz"), ".SH NAME");

    await inside("dpkg -i /packages/lxops_1.1.deb");
    assertEquals(await inside("dpkg-query -W -f '${db:Status-Abbrev}${Version}' lxops"), "ii 1.1");
    assertStringIncludes(await inside(`${lxops} ps`), other);
    if (ground.daemon.title === "LXD") {
      assertEquals(await inside("readlink -f /usr/bin/lxops"), "/usr/bin/lxops-lxd");
    }
    await inside(`${lxops} down ${other}`);
    await inside("dpkg -r lxops && dpkg -P lxops");
    const left = await inside(
      "find /usr /etc /var -name '*lxops*' -not -path '/var/log/*'; ls -d /usr/bin/lxops || true",
    );
    assertEquals(left, "");

    // In a container without glibc, the programs of the archive could not say why they do not start.
    const script = installerFor({ installer: (await readSources(ROOT)).installer, machine, glibc });
    await Deno.writeTextFile(`${packages}/install.sh`, script);
    const bare = ground.name("m");
    await startContainer(ground, bare, { alias: "tiny" }, packages);
    const said = await ground.inside(
      bare,
      "mkdir -p /lib && : > /lib/ld-musl-x.so.1; sh /packages/install.sh 2>&1; echo $?",
    );
    assert(said.startsWith("lxops: this machine has musl (as Alpine does), and lxops needs glibc 2."), said);
    assert(said.endsWith("\n1"), said);
  },
);

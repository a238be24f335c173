/** Tests that `apt` refers to and changes only the distribution's own sources. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { Guest, itemsOf, needsRoot } from "../../guest.ts";

/** Sources of third parties, in files that come before the distribution's own. */
const THIRD = {
  "sources.list.d/a.list": "deb [trusted=yes] https://third.example/debian trixie main\n",
  "sources.list.d/b.sources":
    "Types: deb\nURIs: https://other.example/debian\nSuites: trixie\nComponents: main\n",
};

/** The distribution's sources of a system, and the mirrors that a file can refer to. */
const OWN: readonly (readonly [
  title: string,
  os: string,
  architecture: string,
  files: Readonly<Record<string, string>>,
  mirrors: string,
])[] = [
  ["a Debian 13", "debian trixie", "amd64", {
    "sources.list.d/debian.sources": `# Made by the installer
Types: deb deb-src
URIs: http://deb.debian.org/debian
 http://second.example/debian
Suites: trixie trixie-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEW6HgGxYJKwYBBAHaRw8BAQdA
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://security.debian.org/debian-security
Suites: trixie-security
Components: main
`,
  }, "http://deb.debian.org/debian http://security.debian.org/debian-security"],
  ["a Debian 12 with a line of somebody else", "debian bookworm", "amd64", {
    "sources.list":
      "#deb cdrom:[x]/ bookworm main\ndeb https://apt.example.com/debian bookworm main\ndeb [arch=amd64 lang=en] http://ftp.de.debian.org/debian/ bookworm main contrib\ndeb https://download.example/linux/debian bookworm stable\ndeb-src http://src.debian.org/debian bookworm main\ndeb http://security.debian.org/debian-security bookworm-security main\n",
  }, "http://ftp.de.debian.org/debian/ http://security.debian.org/debian-security"],
  ["an Ubuntu 24.04", "ubuntu noble", "amd64", {
    "sources.list": "# Ubuntu sources have moved\n",
    "sources.list.d/ubuntu.sources":
      "Types: deb\nURIs: http://de.archive.ubuntu.com/ubuntu/\nSuites: noble noble-updates noble-backports\nComponents: main universe\nSigned-By: /x.gpg\n\nTypes: deb\nURIs: http://security.ubuntu.com/ubuntu/\nSuites: noble-security\nComponents: main\n",
  }, "http://de.archive.ubuntu.com/ubuntu/ http://security.ubuntu.com/ubuntu/"],
  ["an Ubuntu 22.04 on ARM", "ubuntu jammy", "arm64", {
    "sources.list":
      "deb http://ports.ubuntu.com/ubuntu-ports jammy main\ndeb http://ports.ubuntu.com/ubuntu-ports jammy-security main\ndeb http://ppa.launchpad.net/x/y/ubuntu jammy main\n",
  }, "http://ports.ubuntu.com/ubuntu-ports http://ports.ubuntu.com/ubuntu-ports"],
  ["a mirror of a company", "debian trixie", "amd64", {
    "sources.list.d/debian.sources": "Types: deb\nURIs: http://apt.corp/\nSuites: trixie\nComponents: main\n",
  }, "http://apt.corp/ http://deb.debian.org/debian-security"],
  [
    "a Debian without a source",
    "debian trixie",
    "amd64",
    {},
    "http://deb.debian.org/debian http://deb.debian.org/debian-security",
  ],
  [
    "an Ubuntu without a source",
    "ubuntu noble",
    "amd64",
    {},
    "http://archive.ubuntu.com/ubuntu http://security.ubuntu.com/ubuntu",
  ],
  [
    "an Ubuntu without a source, on RISC-V",
    "ubuntu noble",
    "riscv64",
    {},
    "http://ports.ubuntu.com/ubuntu-ports http://ports.ubuntu.com/ubuntu-ports",
  ],
];

async function systemOf(
  guest: Guest,
  os: string,
  architecture: string,
  files: Readonly<Record<string, string>>,
) {
  const [id, codename] = os.split(" ");
  await guest.sh(`rm -rf /etc/apt; mkdir -p /etc/apt/sources.list.d
    printf 'ID=${id}\\nVERSION_CODENAME=${codename}\\n' >/etc/os-release
    printf '#!/bin/sh\\necho ${architecture}\\n' >/usr/sbin/dpkg; chmod 755 /usr/sbin/dpkg`);
  for (const [name, text] of Object.entries({ ...THIRD, ...files })) {
    await Deno.writeTextFile(`${guest.directory}/etc/apt/${name}`, text);
  }
}

Deno.test(
  "$MIRROR and $SECURITY are the distribution's own, whatever other sources there are",
  needsRoot,
  async () => {
    await using guest = await Guest.tiny();
    const config = 'apt: {sources: {x.list: {source: "$PRIMARY $MIRROR $SECURITY", append: false}}}\n';
    for (const [title, os, architecture, files, mirrors] of OWN) {
      await systemOf(guest, os, architecture, files);
      const { code, output } = await guest.run(itemsOf(config));
      assertEquals(code, 0, output);
      const [mirror] = mirrors.split(" ");
      assertEquals(await guest.text("/etc/apt/sources.list.d/x.list"), `${mirror} ${mirrors}\n`, title);
    }
  },
);

Deno.test(
  "mirrors of a file replace the distribution's own sources, and no others",
  needsRoot,
  async () => {
    await using guest = await Guest.tiny("dash");
    const config = `apt:
  primary: [{arches: [default], uri: "http://new/debian"}]
  security: [{arches: [default], uri: "http://new/security"}]
  disable_suites: [updates]
  sources: {x.list: {source: "$MIRROR $SECURITY", append: false}}
`;
    const [, [title, os, architecture, files]] = [OWN[0]!, OWN[1]!];
    await systemOf(guest, os, architecture, files);
    assertEquals((await guest.run(itemsOf(config))).code, 0, title);
    assertEquals(
      await guest.text("/etc/apt/sources.list"),
      "#deb cdrom:[x]/ bookworm main\ndeb http://new/debian bookworm main\ndeb [arch=amd64 lang=en] http://new/debian bookworm main contrib\ndeb https://download.example/linux/debian bookworm stable\ndeb-src http://new/debian bookworm main\ndeb http://new/security bookworm-security main\n",
    );
    const [, debian, , sources] = OWN[0]!;
    await systemOf(guest, debian, "amd64", sources);
    assertEquals((await guest.run(itemsOf(config))).code, 0);
    const text = await guest.text("/etc/apt/sources.list.d/debian.sources");
    assertStringIncludes(
      text,
      "URIs: http://new/debian\nSuites: trixie\nComponents: main\nSigned-By:\n -----BEGIN",
    );
    assertStringIncludes(text, "URIs: http://new/security\nSuites: trixie-security\n");
    for (const [name, content] of Object.entries(THIRD)) {
      assertEquals(
        await guest.text(`/etc/apt/${name}`),
        content,
      );
    }
    assertEquals(
      await guest.text("/etc/apt/sources.list.d/x.list"),
      "http://new/debian http://new/security\n",
    );

    // A list that the file does not touch does not matter for what its sources refer to.
    await systemOf(guest, debian, "amd64", sources);
    const kept = config.replace("apt:", "apt:\n  preserve_sources_list: true");
    assertEquals((await guest.run(itemsOf(kept))).code, 0);
    assertEquals(
      await guest.text("/etc/apt/sources.list.d/debian.sources"),
      sources["sources.list.d/debian.sources"],
    );
    assertEquals(
      await guest.text("/etc/apt/sources.list.d/x.list"),
      "http://new/debian http://new/security\n",
    );

    // A list that the file gives is all that is written.
    await systemOf(guest, debian, "amd64", sources);
    const list =
      `  sources_list: |\n    deb $MIRROR $RELEASE main\n    deb $SECURITY $RELEASE-security main\n`;
    assertEquals((await guest.run(itemsOf(config.replace("  disable_suites: [updates]\n", list)))).code, 0);
    assertEquals(
      await guest.text("/etc/apt/sources.list"),
      "deb http://new/debian trixie main\ndeb http://new/security trixie-security main\n",
    );
    assertEquals(
      await guest.text("/etc/apt/sources.list.d/debian.sources"),
      sources["sources.list.d/debian.sources"],
    );

    // Where the distribution has no source, it gets one, as cloud-init gives it one.
    await systemOf(guest, debian, "amd64", {});
    const made = await guest.run(itemsOf(config.replace("  disable_suites: [updates]\n", "")));
    assertEquals(made.code, 0, made.output);
    assertStringIncludes(made.output, "no source of the distribution is set up");
    assertEquals(
      await guest.text("/etc/apt/sources.list.d/debian.sources"),
      "Types: deb\nURIs: http://new/debian\nSuites: trixie trixie-updates trixie-backports\nComponents: main\n\n" +
        "Types: deb\nURIs: http://new/security\nSuites: trixie-security\nComponents: main\n",
    );
  },
);

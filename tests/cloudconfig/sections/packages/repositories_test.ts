import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Guest, itemsOf, needsRoot } from "../../guest.ts";

const OS_RELEASE = 'ID=debian\\nVERSION_CODENAME="trixie"\\n';

async function debianLike(): Promise<Guest> {
  const guest = await Guest.tiny();
  await guest.sh(`mkdir -p /etc/apt/sources.list.d; printf '${OS_RELEASE}' >/etc/os-release
    printf '#!/bin/sh\\necho amd64\\n' >/usr/sbin/dpkg; chmod 755 /usr/sbin/dpkg
    printf 'deb http://old/debian trixie main\\ndeb [a=b c=d] http://old/security trixie-security main\\n' >/etc/apt/sources.list`);
  await Deno.writeTextFile(
    `${guest.directory}/etc/apt/sources.list.d/debian.sources`,
    "Types: deb\nURIs: http://old/debian\nSuites: trixie trixie-updates\nComponents: main\n\n" +
      "Types: deb\nURIs: http://old/security\nSuites: trixie-security\nComponents: main\n",
  );
  return guest;
}

Deno.test("apt writes sources, keys and settings", needsRoot, async () => {
  await using guest = await debianLike();
  const config = `apt:
  http_proxy: http://proxy:3128
  conf: |
    APT::Get::Assume-Yes "true";
  sources:
    mine.list:
      source: "deb [signed-by=$KEY_FILE] http://mine/$RELEASE $RELEASE main $(id)"
      key: |
        -----BEGIN PGP PUBLIC KEY BLOCK-----
        it's $KEY
        -----END PGP PUBLIC KEY BLOCK-----
    other: {source: "deb $MIRROR $RELEASE-backports main", append: false}
packages: [a]
`;
  const { code, output } = await guest.run(itemsOf(config));
  assertEquals(code, 0, output);
  assertEquals(
    await guest.text("/etc/apt/sources.list.d/mine.list"),
    "deb [signed-by=/etc/apt/cloud-init.gpg.d/mine.asc] http://mine/trixie trixie main $(id)\n",
  );
  assertEquals(
    await guest.text("/etc/apt/cloud-init.gpg.d/mine.asc"),
    "-----BEGIN PGP PUBLIC KEY BLOCK-----\nit's $KEY\n-----END PGP PUBLIC KEY BLOCK-----\n",
  );
  assertEquals(
    await guest.text("/etc/apt/sources.list.d/other.list"),
    "deb http://old/debian trixie-backports main\n",
  );
  assertEquals(
    await guest.text("/etc/apt/apt.conf.d/90cloud-init-aptproxy"),
    'Acquire::http::Proxy "http://proxy:3128";\n',
  );
  assertEquals(await guest.text("/etc/apt/apt.conf.d/94cloud-init-config"), 'APT::Get::Assume-Yes "true";\n');
  assertMatch(await guest.text("/var/log/calls"), / update\n[^\n]* update\n[^\n]* install a\n$/);
});

Deno.test(
  "a source of apt that is added again restores its list, and a new one keeps what is there",
  needsRoot,
  async () => {
    await using guest = await debianLike();
    const list = "/etc/apt/sources.list.d/mine.list";
    const sources = (second: string) =>
      itemsOf(`apt:
  sources:
    mine.list: {source: deb http://mine trixie main}
    more: {source: "deb ${second} trixie main", filename: mine.list}
`);
    const both = "deb http://mine trixie main\ndeb http://more trixie main\n";
    assertEquals((await guest.run(sources("http://more"))).code, 0);
    assertEquals(await guest.text(list), both);
    await guest.sh(`sed -i s,http://mine,http://evil, ${list}; echo deb http://evil2 trixie main >>${list}`);
    assertEquals((await guest.run(sources("http://more").slice(0, 1))).code, 0);
    assertEquals(await guest.text(list), both);
    await guest.sh(`echo '# by hand' >>${list}`);
    assertEquals((await guest.run(sources("http://new").slice(1, 2))).code, 0);
    assertEquals(await guest.text(list), `${both}# by hand\ndeb http://new trixie main\n`);
  },
);

Deno.test("apt fetches a key by its id, and takes no other", needsRoot, async () => {
  await using guest = await Guest.tiny("dash");
  await guest.sh(`mkdir -p /usr/lib/apt /etc/apt
printf '#!/bin/sh\\necho "$2" >>/asked; echo "key of $2" >"$3"\\n' >/usr/lib/apt/apt-helper
printf '#!/bin/sh\\necho fpr:::::::::99990123456789ABCDEF:\\n' >/usr/sbin/gpg
chmod 755 /usr/lib/apt/apt-helper /usr/sbin/gpg`);
  const text = (id: string, server: string) =>
    `apt: {sources: {one.list: {source: deb x y z, keyid: '${id}', keyserver: '${server}'}}}`;
  const { code, output } = await guest.run(itemsOf(text("0x0123 4567 89ab CDEF", "hkp://keys.example")));
  assertEquals(code, 0, output);
  const asked = "http://keys.example:11371/pks/lookup?op=get&options=mr&search=0x0123456789abCDEF";
  assertEquals(await guest.text("/etc/apt/trusted.gpg.d/one.asc"), `key of ${asked}\n`);
  const refused = await guest.run(itemsOf(text("1123456789abcdef", "https://keys.example")));
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.output, "what https://keys.example gave is not the key 1123456789abcdef");
  assertEquals(await guest.text("/etc/apt/trusted.gpg.d/one.asc"), `key of ${asked}\n`);
});

Deno.test("apt sets mirrors and switches suites off", needsRoot, async () => {
  await using guest = await debianLike();
  const config = `apt:
  primary:
    - {arches: [default], uri: "http://all/debian"}
    - {arches: [amd64, i386], uri: "http://new/debian"}
  security: [{uri: "http://new/security"}]
  disable_suites: [updates]
`;
  for (let i = 0; i < 2; i++) {
    const { code, output } = await guest.run(itemsOf(config));
    assertEquals(code, 0, output);
    assertEquals(
      await guest.text("/etc/apt/sources.list"),
      "deb http://new/debian trixie main\ndeb [a=b c=d] http://new/security trixie-security main\n",
    );
    assertEquals(
      await guest.text("/etc/apt/sources.list.d/debian.sources"),
      "Types: deb\nURIs: http://new/debian\nSuites: trixie\nComponents: main\n\n" +
        "Types: deb\nURIs: http://new/security\nSuites: trixie-security\nComponents: main\n",
    );
  }
});

Deno.test("apt writes the list of sources that the file has", needsRoot, async () => {
  await using guest = await debianLike();
  const config = `apt:
  sources_list: |
    deb $MIRROR $RELEASE main
    # it's $(other)
`;
  assertEquals((await guest.run(itemsOf(config))).code, 0);
  assertEquals(
    await guest.text("/etc/apt/sources.list"),
    "deb http://old/debian trixie main\n# it's $(other)\n",
  );
});

Deno.test("a source of several lines is added once", needsRoot, async () => {
  await using guest = await debianLike();
  const config = `apt:
  sources:
    two.list:
      source: |
        deb http://a.example/ $RELEASE main
        deb http://b.example/ $RELEASE main
    one:
      source: >
        deb http://c.example/
        $RELEASE main
`;
  for (let i = 0; i < 2; i++) {
    assertEquals((await guest.run(itemsOf(config))).code, 0);
    assertEquals(
      await guest.text("/etc/apt/sources.list.d/two.list"),
      "deb http://a.example/ trixie main\ndeb http://b.example/ trixie main\n\n",
    );
    assertEquals(
      await guest.text("/etc/apt/sources.list.d/one.list"),
      "deb http://c.example/ trixie main\n\n",
    );
  }
});

Deno.test("apk_repos, yum_repos and zypper are files of their own systems only", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const config = `apk_repos:
  alpine_repo: {version: v3.23, community_enabled: true, testing_enabled: yes}
  local_repo_base_url: https://my/alpine
yum_repos:
  epel test: {baseurl: "http://x", enabled: false, name: EPEL, GPG-check: [a, b]}
zypper:
  repos: [{id: oss one, baseurl: "http://y", autorefresh: false}]
  config: {download.use_deltarpm: "true"}
`;
  for (const os of ["alpine", "fedora", "opensuse"]) {
    const { code, output } = await guest.run(itemsOf(config, os));
    assertEquals(code, 0, output);
  }
  assertEquals(
    await guest.text("/etc/apk/repositories"),
    "https://dl-cdn.alpinelinux.org/alpine/v3.23/main\nhttps://dl-cdn.alpinelinux.org/alpine/v3.23/community\n" +
      "https://dl-cdn.alpinelinux.org/alpine/edge/testing\nhttps://my/alpine/v3.23\n",
  );
  assertEquals(
    await guest.text("/etc/yum.repos.d/epel-test.repo"),
    "[epel-test]\nbaseurl=http://x\nenabled=0\nname=EPEL\ngpg_check=a\n    b\n",
  );
  assertEquals(
    await guest.text("/etc/zypp/repos.d/oss-one.repo"),
    "[oss-one]\nenabled=1\nautorefresh=0\nbaseurl=http://y\n",
  );
  assertEquals(await guest.text("/etc/zypp/zypp.conf"), "\ndownload.use_deltarpm=true\n");
  assertEquals(itemsOf(config, "debian").length, 0);
});

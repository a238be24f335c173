/**
 * A container image of a megabyte, made in a moment out of the machine's busybox: it starts, has an address and
 * stops faster than anything else. The files in `tiny/` are what runs inside.
 *
 * @module
 */
import { join } from "@std/path";
import { LxopsError } from "../../lib/base/errors.ts";
import { must } from "./run.ts";
import { type Entry, tar } from "./tar.ts";

/**
 * The kinds: `tiny2` is a later release of `tiny`, `nosh` has no shell, `nonet` never asks for an address,
 * `slow` asks for one only after some seconds, and each call of `busy`'s package manager takes 0.2 s.
 */
export type TinyKind = "tiny" | "tiny2" | "nosh" | "nonet" | "slow" | "busy";

const SHELLS: readonly string[] = ["sh", "ash", "hush"];
/** Usual paths of programs; all others are in /bin. */
const SBIN: readonly string[] = [
  "init",
  "ip",
  "ifconfig",
  "route",
  "udhcpc",
  "halt",
  "poweroff",
  "reboot",
  "getty",
];
/** Names that mark another distribution, or that `tiny/` replaces by better ones. */
const LEFT_OUT: readonly string[] = [
  "busybox",
  "init",
  "linuxrc",
  "dpkg",
  "dpkg-deb",
  "rpm",
  "rpm2cpio",
  "adduser",
  "addgroup",
  "chpasswd",
];

const BEFORE_DHCP: Readonly<Record<TinyKind, string>> = {
  tiny: ":",
  tiny2: ":",
  nosh: ":",
  nonet: "exit 0",
  slow: "sleep 8",
  busy: ":",
};

/** Makes an image, as a tar archive. */
export async function tinyImage(kind: TinyKind): Promise<Uint8Array<ArrayBuffer>> {
  const busybox = await findBusybox();
  const applets = (await must([busybox, "--list"])).trim().split("\n");
  const release = kind === "tiny2" ? "2" : "1";
  const architecture = (await must(["uname", "-m"])).trim();
  return tar([
    { path: "metadata.yaml", kind: "file", content: metadata(kind, release, architecture) },
    { path: "templates", kind: "directory" },
    { path: "templates/hostname.tpl", kind: "file", content: "{{ container.name }}\n" },
    ...directories(),
    ...await programs(kind, busybox, applets),
    ...settings(release),
  ]);
}

/** Finds a busybox that needs no library and has DHCP, such as that of the package busybox-static. */
async function findBusybox(): Promise<string> {
  for (const path of ["/bin/busybox", "/usr/bin/busybox", "/var/cache/lxops/busybox"]) {
    const binary = await Deno.readFile(path).catch(() => undefined);
    if (binary && isStatic(binary) && /^udhcpc$/m.test(await must([path, "--list"]))) return path;
  }
  throw new LxopsError("Cannot make a tiny image: busybox-static is not installed");
}

/** Tells whether an ELF program is static: it names no interpreter (program header type 3). */
function isStatic(binary: Uint8Array): boolean {
  const view = new DataView(binary.buffer, binary.byteOffset);
  const [offset, size, count] = [
    Number(view.getBigUint64(32, true)),
    view.getUint16(54, true),
    view.getUint16(56, true),
  ];
  return Array.from({ length: count }, (_, i) => view.getUint32(offset + i * size, true)).every((type) =>
    type !== 3
  );
}

function metadata(kind: TinyKind, release: string, architecture: string): string {
  return JSON.stringify({
    architecture,
    creation_date: 1_700_000_000,
    properties: {
      os: "tiny",
      release,
      variant: kind,
      architecture,
      description: `busybox test image (${kind})`,
    },
    templates: { "/etc/hostname": { when: ["create", "copy", "rename"], template: "hostname.tpl" } },
  });
}

function directories(): Entry[] {
  const top = [
    "bin",
    "dev",
    "etc",
    "home",
    "mnt",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "tmp",
    "usr",
    "var",
  ];
  const usr = ["usr/bin", "usr/local", "usr/local/bin", "usr/sbin", "usr/share"];
  const more = ["etc/doas.d", "etc/opt", "etc/sudoers.d", "var/lib", "var/log", "var/tmp"];
  const mode = (path: string) => path === "root" ? 0o700 : path.endsWith("tmp") ? 0o1777 : 0o755;
  return ["", ...[...top, ...usr, ...more].map((path) => `/${path}`)]
    .map((path) => ({ path: `rootfs${path}`, kind: "directory" as const, mode: mode(path.slice(1)) }));
}

async function programs(kind: TinyKind, busybox: string, applets: readonly string[]): Promise<Entry[]> {
  const links = applets.filter((name) =>
    !LEFT_OUT.includes(name) && !(kind === "nosh" && SHELLS.includes(name))
  );
  const script = async (path: string, source: string): Promise<Entry> => ({
    path: `rootfs/${path}`,
    kind: "file",
    mode: 0o755,
    content: (await Deno.readTextFile(new URL(join("tiny", source), import.meta.url)))
      .replace("@WAIT@ is replaced when the image is made", kind).replace("@WAIT@", BEFORE_DHCP[kind])
      .replace("@WORK@ is replaced when the image is made", kind)
      .replace("@WORK@", kind === "busy" ? "sleep 0.2" : ":"),
  });
  return [
    { path: "rootfs/bin/busybox", kind: "file", mode: 0o755, content: await Deno.readFile(busybox) },
    // Hard links, as ext4 takes long to find inodes for symbolic ones where many were deleted a moment ago.
    ...links.map((name): Entry => ({
      path: `rootfs/${SBIN.includes(name) ? "sbin" : "bin"}/${name}`,
      kind: "link",
      target: "rootfs/bin/busybox",
    })),
    await script("sbin/init", "init"),
    await script("etc/net", "net"),
    await script("etc/dhcp.script", "dhcp.script"),
    ...await Promise.all(["adduser", "addgroup", "chpasswd"].map((name) => script(`usr/sbin/${name}`, name))),
    ...await Promise.all(
      ["apk", "apt-get", "opkg"].map((name) => script(`usr/sbin/${name}`, "package_manager")),
    ),
    ...await Promise.all(
      ["setup-timezone", "timedatectl"].map((name) => script(`usr/sbin/${name}`, "set_timezone")),
    ),
  ];
}

function settings(release: string): Entry[] {
  const files: Record<string, string> = {
    "passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    "shadow": "root:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n",
    "group": "root:x:0:\ntty:x:5:\nadm:x:4:\nwheel:x:10:\naudio:x:29:\nusers:x:100:\nnogroup:x:65534:\n",
    "os-release": `NAME="tiny"\nID=tiny\nVERSION_ID=${release}\n`,
    "hostname": "tiny\n",
    "hosts": "127.0.0.1 localhost\n",
    "shells": "/bin/sh\n/bin/ash\n",
  };
  return Object.entries(files).map(([name, content]) => ({
    path: `rootfs/etc/${name}`,
    kind: "file",
    content,
    mode: name === "shadow" ? 0o640 : 0o644,
  }));
}

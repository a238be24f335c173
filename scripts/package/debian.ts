/**
 * The Debian package: an ar archive of two tar archives. It is written here and not by dpkg-deb, so that it has the same
 * bytes wherever it is made.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Entry, tar } from "../testbed/tar.ts";
import { compressed, type Compression, SUFFIX } from "./compress.ts";
import type { Release } from "./man.ts";
import { withDirectories } from "./tree.ts";

/** Contents of a package. */
export interface DebianPackage {
  readonly release: Release;
  /** Debian's name of the architecture. */
  readonly architecture: string;
  /** The oldest glibc that the programs run with. */
  readonly glibc: string;
  /** Files below `/usr`. */
  readonly files: readonly Entry[];
  /** Units of systemd by name; nothing starts them by itself. */
  readonly units: ReadonlyMap<string, string>;
  /** The scripts `postinst` and `prerm`. */
  readonly scripts: ReadonlyMap<string, string>;
  readonly changelog: string;
  /** The maintainer: `NAME <ADDRESS>`. */
  readonly maintainer: string;
  readonly compression: Compression;
}

/** Returns the bytes of a package. */
export async function debianPackage(wanted: DebianPackage): Promise<Uint8Array> {
  const { release, files, scripts, units, compression } = wanted;
  const log = await compressed(debianChangelog(release, wanted.maintainer), "gzip");
  const changes = await compressed(wanted.changelog, "gzip");
  const own: readonly Entry[] = [
    ...files,
    ...[...units].map(([name, content]): Entry => ({
      path: `lib/systemd/system/${name}`,
      kind: "file",
      content,
    })),
    { path: "share/doc/lxops/changelog.Debian.gz", kind: "file", content: log },
    { path: "share/doc/lxops/changelog.gz", kind: "file", content: changes },
  ];
  const data = withDirectories(own.map((one) => ({ ...one, path: `usr/${one.path}` })));
  const control = withDirectories([
    { path: "control", kind: "file", content: controlOf(wanted, data) },
    { path: "md5sums", kind: "file", content: sums(data) },
    ...[...scripts].map(([path, content]): Entry => ({ path, kind: "file", content, mode: 0o755 })),
  ]);
  const packed = async (entries: readonly Entry[], how: Compression) =>
    await compressed(tar([{ path: ".", kind: "directory" }, ...entries.map(below)], release.time), how);
  return ar([
    ["debian-binary", new TextEncoder().encode("2.0\n")],
    ["control.tar.gz", await packed(control, "gzip")],
    [`data.tar${SUFFIX[compression]}`, await packed(data, compression)],
  ], release.time);
}

function below(entry: Entry): Entry {
  return { ...entry, path: `./${entry.path}` };
}

function controlOf(
  { release, architecture, glibc, maintainer }: DebianPackage,
  data: readonly Entry[],
): string {
  const kib = data.reduce(
    (sum, one) => sum + (one.kind === "file" ? Math.ceil(bytesOf(one).length / 1024) : 1),
    0,
  );
  return `Package: lxops
Version: ${release.version}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${kib}
Depends: libc6 (>= ${glibc}), libgcc-s1
Suggests: acl, attr, bash-completion, openssh-client, rsync, sudo, zfsutils-linux
Section: admin
Priority: optional
Description: launch LXD and Incus containers from YAML files
 lxops launches LXD and Incus containers from YAML files that are kept in git,
 and gives each container filesystems of its own: ZFS datasets, plain
 directories, or volumes of the daemon. A container can be thrown away and
 created again at any time; its data stays.
 .
 This package has a program for each daemon, lxops-incus and lxops-lxd;
 update-alternatives makes one of them lxops. Neither needs a client of the
 daemon.
`;
}

/** Renders the changelog in Debian's format, which refers to that of lxops itself. */
function debianChangelog({ version, time }: Release, maintainer: string): string {
  const date = new Date(time * 1000).toUTCString().replace("GMT", "+0000");
  return `lxops (${version}) unstable; urgency=medium\n\n  * Release; see changelog.gz.\n\n -- ${maintainer}  ${date}\n`;
}

function bytesOf({ content }: Extract<Entry, { kind: "file" }>): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

function sums(data: readonly Entry[]): string {
  return data.flatMap((one) =>
    one.kind === "file" ? [`${createHash("md5").update(bytesOf(one)).digest("hex")}  ${one.path}\n`] : []
  ).join("");
}

/** Writes an ar archive of files that belong to root. */
function ar(members: readonly (readonly [name: string, content: Uint8Array])[], time: number): Uint8Array {
  const encode = (text: string) => new TextEncoder().encode(text);
  const parts: Uint8Array[] = [encode("!<arch>\n")];
  for (const [name, content] of members) {
    const fields = [name.padEnd(16), String(time).padEnd(12), "0     ", "0     ", "100644  "];
    parts.push(encode(`${fields.join("")}${String(content.length).padEnd(10)}\`\n`), content);
    if (content.length % 2 === 1) parts.push(encode("\n"));
  }
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

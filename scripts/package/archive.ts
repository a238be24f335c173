/**
 * The archive for machines without dpkg: a directory with a script that installs it.
 *
 * @module
 */
import { type Entry, tar } from "../testbed/tar.ts";
import { compressed, type Compression } from "./compress.ts";
import type { Machine } from "./machine.ts";
import type { Release } from "./man.ts";
import { withDirectories } from "./tree.ts";

/** Contents of an archive. */
export interface Archive {
  /** The directory that it unpacks to. */
  readonly name: string;
  readonly release: Release;
  readonly machine: Machine;
  readonly glibc: string;
  /** Files below the prefix. */
  readonly files: readonly Entry[];
  /** The script `install.sh`, with names in place of what depends on the machine. */
  readonly installer: string;
  readonly license: string;
  /** Units of systemd by name, as examples. */
  readonly units: ReadonlyMap<string, string>;
  readonly compression: Compression;
}

/** Returns the bytes of an archive. */
export async function archive(wanted: Archive): Promise<Uint8Array> {
  const { name, release, files, license, units, compression } = wanted;
  const entries = withDirectories([
    ...files.map(placed),
    { path: "install.sh", kind: "file", content: installerFor(wanted), mode: 0o755 },
    { path: "LICENSE", kind: "file", content: license },
    ...[...units].map(([unit, content]): Entry => (
      { path: `share/doc/lxops/examples/${unit}`, kind: "file", content }
    )),
    { path: "share/doc/lxops/LICENSE", kind: "file", content: license },
  ].map((one) => ({ ...one, path: `${name}/${one.path}` }) as Entry));
  return await compressed(tar(entries, release.time), compression);
}

/** Moves the completion of zsh to the directory in which zsh looks below /usr/local. */
function placed(entry: Entry): Entry {
  return { ...entry, path: entry.path.replace("/zsh/vendor-completions/", "/zsh/site-functions/") };
}

/** Returns the script that installs an archive. */
export function installerFor(
  { installer, machine, glibc }: Pick<Archive, "installer" | "machine" | "glibc">,
): string {
  return installer.replaceAll("@LOADER@", machine.loader).replaceAll("@MACHINE@", machine.uname)
    .replaceAll("@GLIBC@", glibc);
}

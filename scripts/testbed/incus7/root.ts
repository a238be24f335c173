/**
 * A root file system with Incus 7, which is younger than the Incus of this machine: Debian 13 with the package of its
 * backports, as one file that several beds mount at the same time.
 *
 * @module
 */
import { join } from "@std/path";
import { LxopsError } from "../../../lib/base/errors.ts";
import { cached } from "../cache.ts";
import { must, run, textOf } from "../run.ts";

const SUITE = "trixie";

/** The daemon and the programs that it calls, beside those that its package depends on. */
const PACKAGES = [
  "incus-base",
  "attr",
  "dnsmasq-base",
  "iproute2",
  "nftables",
  "rsync",
  "xz-utils",
  "zstd",
] as const;

/**
 * Runs in namespaces of its own, so that nothing of it stays mounted or running, whatever happens. Its arguments are
 * the directory, the file to make, the mirror and the packages.
 */
const SETUP = `
root=$1 file=$2 mirror=$3
shift 3
debootstrap --variant=minbase ${SUITE} "$root" "$mirror"
echo "deb $mirror ${SUITE}-backports main" >"$root/etc/apt/sources.list.d/backports.list"
# No package starts a daemon.
printf '#!/bin/sh\\nexit 101\\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
inside() { chroot "$root" "$@"; }
inside apt-get -q update
inside apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io install -t ${SUITE}-backports "$@"
inside apt-get clean
rm -rf "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/locale/*
mkdir "$root/out"
mount --bind "\${file%/*}" "$root/out"
inside mksquashfs / "/out/\${file##*/}" -comp gzip -Xcompression-level 1 -noappend -no-progress -quiet \\
  -one-file-system -e out
`;

/** Makes the root file system, or finds it in the cache, and returns the path of its file. */
export async function incus7Root(): Promise<string> {
  const mirror = await findMirror();
  const recipe = JSON.stringify([SETUP, PACKAGES, mirror, Deno.build.arch]);
  return await cached("incus7", ".squashfs", recipe, async (target, dir) => {
    const apart = [
      "unshare",
      "--mount",
      "--propagation",
      "private",
      "--pid",
      "--fork",
      "--kill-child",
    ] as const;
    const setup = ["sh", "-euc", SETUP, "sh", join(dir, "root"), target, mirror, ...PACKAGES];
    await must([...apart, "--", ...setup], { DEBIAN_FRONTEND: "noninteractive" });
  });
}

/** Returns the mirror of Debian that apt uses on this machine. */
async function findMirror(): Promise<string> {
  const release = /^VERSION_CODENAME=(\S+)/m.exec(await textOf("/etc/os-release"))?.[1];
  const format = "$(CODENAME) $(COMPONENT) $(ORIGIN) $(REPO_URI)";
  const { stdout } = await run(["apt-get", "indextargets", "--format", format, "Created-By: Packages"]);
  const start = `${release} main Debian `;
  const found = stdout.split("\n").find((line) => line.startsWith(start))?.slice(start.length);
  if (!found) throw new LxopsError("Cannot install Incus 7: apt knows no mirror of Debian on this machine");
  if ((await run(["debootstrap", "--version"])).code !== 0) {
    throw new LxopsError("Cannot install Incus 7: debootstrap is not installed");
  }
  return found.replace(/\/$/, "");
}

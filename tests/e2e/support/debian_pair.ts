/** Two images of Debian, each made by debootstrap, with packages that make system users installed in another order. */
import { cached } from "../../../scripts/testbed/cache.ts";
import { must, run, textOf } from "../../../scripts/testbed/run.ts";

/** Packages that make a system user each, and the names of these. */
export const PACKAGES = { tcpdump: "tcpdump", memcached: "memcache", "uuid-runtime": "uuidd" } as const;

/** Its arguments are a directory, the file to make, the suite, the mirror, and the packages in their order. */
const BUILD = `
dir=$1 file=$2 suite=$3 mirror=$4 root=$1/rootfs
shift 4
debootstrap --variant=minbase --include=adduser,dbus,ifupdown,iproute2,isc-dhcp-client,systemd-sysv "$suite" "$root" "$mirror"
printf '#!/bin/sh\\nexit 101\\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
for package; do
  chroot "$root" apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io install "$package"
done
rm "$root/usr/sbin/policy-rc.d"
chroot "$root" apt-get clean
printf 'auto lo\\niface lo inet loopback\\nauto eth0\\niface eth0 inet dhcp\\n' >"$root/etc/network/interfaces"
: >"$root/etc/machine-id"
rm -rf "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/* "$root"/usr/share/locale/*
printf 'architecture: %s\\ncreation_date: 1700000000\\nproperties: {os: Debian, release: %s}\\n' "$(uname -m)" "$suite" >"$dir/metadata.yaml"
tar --numeric-owner --exclude='rootfs/dev/*' -C "$dir" -cf - metadata.yaml rootfs | zstd -q -3 -T0 -o "$file"
`;

/** Makes both images, or finds them in the cache, and returns their paths. */
export async function debianPair(): Promise<readonly [string, string]> {
  const suite = /^VERSION_CODENAME=(\S+)/m.exec(await textOf("/etc/os-release"))?.[1] ?? "";
  const format = "$(CODENAME) $(COMPONENT) $(ORIGIN) $(REPO_URI)";
  const { stdout } = await run(["apt-get", "indextargets", "--format", format, "Created-By: Packages"]);
  const start = `${suite} main Debian `;
  const mirror = stdout.split("\n").find((line) => line.startsWith(start))?.slice(start.length);
  if (!mirror) throw new Error("apt knows no mirror of Debian on this machine");
  const image = async (name: string, packages: readonly string[]) =>
    await cached(
      name,
      ".tar.zst",
      JSON.stringify([BUILD, packages, suite, mirror, Deno.build.arch]),
      async (file, dir) => {
        await must(["sh", "-euc", BUILD, "sh", dir, file, suite, mirror, ...packages], {
          DEBIAN_FRONTEND: "noninteractive",
        });
      },
    );
  const packages = Object.keys(PACKAGES);
  return [await image("pair-one", packages), await image("pair-two", packages.toReversed())];
}

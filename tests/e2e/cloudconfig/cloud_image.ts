/**
 * The Debian image of test beds with the real cloud-init in it, and with what its modules set up: sshd, locales
 * and certificates. The packages come from where this machine's apt gets them.
 */
import { cached } from "../../../scripts/testbed/cache.ts";
import { debianImage } from "../../../scripts/testbed/debian_image.ts";
import { connect } from "../../../scripts/testbed/rest.ts";
import { must } from "../../../scripts/testbed/run.ts";

const PACKAGES = "cloud-init openssh-server locales ca-certificates";

/** Apt finds out what the image lacks and fetches it; the image's own apt installs it, without any network. */
const BUILD = `set -e
cd "$1"
tar --numeric-owner -I zstd -xf "$2"
mkdir -p archives/partial rootfs/dev
apt-get install -q -y --no-install-recommends --download-only -o Debug::NoLocking=1 \\
  -o Dir::State::status="$1/rootfs/var/lib/dpkg/status" -o Dir::Cache::archives="$1/archives" ${PACKAGES}
mv archives rootfs/var/tmp/debs
printf '#!/bin/sh\\nexit 101\\n' >rootfs/usr/sbin/policy-rc.d
chmod 755 rootfs/usr/sbin/policy-rc.d
mknod -m 666 rootfs/dev/null c 1 3
mknod -m 666 rootfs/dev/urandom c 1 9
unshare --mount --propagation slave --pid --fork --kill-child sh -ec '
  mount -t proc proc rootfs/proc
  chroot rootfs env -i DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
    sh -c "apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io /var/tmp/debs/*.deb"'
rm -rf rootfs/var/tmp/debs rootfs/usr/sbin/policy-rc.d rootfs/usr/share/doc/* rootfs/usr/share/man/*
touch rootfs/etc/cloud/cloud-init.disabled
tar --numeric-owner --exclude='rootfs/dev/*' -cf - metadata.yaml templates rootfs | zstd -q -3 -T0 -o "$3"
`;

/** Gives a daemon the image, under the alias `cloud`, unless it has it. */
export async function importCloudImage(socket: string): Promise<void> {
  using rest = connect(socket);
  const aliases = await rest.send("GET", "/1.0/images/aliases") as string[];
  if (aliases.includes("/1.0/images/aliases/cloud")) return;
  const base = await debianImage();
  const path = await cached(
    "cloud",
    ".tar.zst",
    BUILD + base,
    async (target, dir) => void await must(["sh", "-c", BUILD, "sh", dir, base, target]),
  );
  const headers = { "Content-Type": "application/octet-stream" };
  const { fingerprint } = await rest.upload("/1.0/images", (await Deno.open(path)).readable, headers) as {
    fingerprint: string;
  };
  await rest.send("POST", "/1.0/images/aliases", { name: "cloud", target: fingerprint });
}

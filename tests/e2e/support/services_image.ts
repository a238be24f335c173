/** An image of Debian that has a repository of the packages of `examples/services`, as containers reach no network. */
import { debianImage, findMirror } from "../../../scripts/testbed/debian_image.ts";
import { cached } from "../../../scripts/testbed/cache.ts";
import { connect } from "../../../scripts/testbed/rest.ts";
import { must } from "../../../scripts/testbed/run.ts";

/** Alias of the image. */
export const SERVICES = "services";

const PACKAGES = [
  "dnsmasq",
  "git",
  "iproute2",
  "mosquitto",
  "mosquitto-clients",
  "nginx-light",
  "openssh-server",
  "openssl",
  "postgresql",
  "python3",
  "wireguard-go",
  "wireguard-tools",
] as const;

/** Time for the upload of the image on a busy machine. */
const UPLOAD_MS = 600_000;

interface Image {
  readonly fingerprint: string;
  readonly properties?: { readonly variant?: string };
}

/** Its arguments are a directory, the file to make, the image of Debian, apt's source, and the packages. */
const BUILD = `
dir=$1 file=$2 base=$3 source=$4 root=$1/rootfs repository=$1/rootfs/srv/testbed
shift 4
zstd -q -d -c "$base" | tar --numeric-owner -C "$dir" -xf -
sed -i 's/"variant":"testbed"/"variant":"services"/' "$dir/metadata.yaml"
mkdir -p "$root/dev"
for device in null zero random urandom; do cp -a "/dev/$device" "$root/dev/"; done
mv "$root/etc/apt/sources.list.d" "$dir/sources"
mkdir "$root/etc/apt/sources.list.d"
echo "$source" >"$root/etc/apt/sources.list"
cp /etc/resolv.conf "$root/etc/resolv.conf"
for part in /etc/apt/apt.conf.d/*; do
  if grep -q -E 'Proxy|Check-' "$part"; then cp "$part" "$root/etc/apt/apt.conf.d/90build-$(basename "$part")"; fi
done
chroot "$root" apt-get -q update
chroot "$root" apt-get -q -y --no-install-recommends --download-only install "$@"
mv "$root"/var/cache/apt/archives/*.deb "$repository/"
rm -rf "$root"/var/lib/apt/lists "$root"/etc/apt/apt.conf.d/90build-* "$root/etc/resolv.conf" "$root/etc/apt/sources.list.d"
: >"$root/etc/apt/sources.list"
mv "$dir/sources" "$root/etc/apt/sources.list.d"
for deb in "$repository"/*.deb; do
  case $deb in */tb-hello*) continue ;; esac
  dpkg-deb -f "$deb"
  printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' "$(basename "$deb")" "$(stat -c %s "$deb")" \\
    "$(sha256sum "$deb" | cut -d ' ' -f 1)"
done >"$dir/Packages"
{ echo; cat "$dir/Packages"; } >>"$repository/Packages"
chroot "$root" apt-get -q update
tar --numeric-owner --exclude='rootfs/dev/*' -C "$dir" -cf - metadata.yaml templates rootfs | zstd -q -1 -T0 -o "$file"
`;

async function servicesImage(): Promise<string> {
  const { uri, suite, origin } = await findMirror();
  const base = await debianImage();
  const source = `deb ${uri} ${suite} main${origin === "Ubuntu" ? " universe" : ""}`;
  return await cached(
    SERVICES,
    ".tar.zst",
    JSON.stringify([BUILD, PACKAGES, source, base]),
    async (file, dir) => {
      await must(["sh", "-euc", BUILD, "sh", dir, file, base, source, ...PACKAGES], {
        DEBIAN_FRONTEND: "noninteractive",
      });
    },
  );
}

/** Gives a daemon the image, which is made the first time, until the returned function is called. */
export async function withServices(socket: string): Promise<() => Promise<void>> {
  const image = await servicesImage();
  using rest = connect(socket, UPLOAD_MS);
  await deleteImage(socket);
  const body = (await Deno.open(image)).readable;
  const { fingerprint } = await rest.upload("/1.0/images", body, {
    "Content-Type": "application/octet-stream",
  }) as { fingerprint: string };
  await rest.send("POST", "/1.0/images/aliases", { name: SERVICES, target: fingerprint });
  return () => deleteImage(socket);
}

/** Deletes the image, also one that a test which was killed has left. */
async function deleteImage(socket: string): Promise<void> {
  using rest = connect(socket);
  const images = await rest.send("GET", "/1.0/images?recursion=1") as readonly Image[];
  for (const { fingerprint, properties } of images) {
    if (properties?.variant === SERVICES) await rest.send("DELETE", `/1.0/images/${fingerprint}`);
  }
}

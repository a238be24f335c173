/** An image whose directories have everything that a copy can lose, and the same directories on the host. */
import { tinyImage } from "../../../scripts/testbed/tiny_image.ts";
import { type Ground, places } from "./daemon.ts";
import { plant, sh } from "./trees.ts";

/** The first id of containers' root on the test bed. */
export const BASE = 1000000;

/** Returns the mount point of a dataset of the pool. */
export async function mountpoint(name: string): Promise<string> {
  return (await sh(`zfs get -H -o value mountpoint '${places.pool}/${name}'`)).trim();
}

/**
 * Returns a script that copies the directory it is in, planted with the ids of a container, and gives the copy the ids
 * of the host, one file after the other and in plain sight.
 */
export function shiftedCopy(to: string): string {
  return `cp -a . '${to}'; cd '${to}'
    find . -depth -exec sh -c 'for path; do
      uid=$(stat -c %u "$path") gid=$(stat -c %g "$path") mode=$(stat -c %a "$path")
      # The other name of a hard link is done already.
      [ "$uid" -lt ${BASE} ] || continue
      chown -h $((uid + ${BASE})):$((gid + ${BASE})) "$path"
      [ -L "$path" ] || chmod "$mode" "$path"
    done' sh {} +
    setfacl -b -m u:1001001:rw,g:1000005:r deep/file 2>/dev/null || true
    setfacl -k -d -m g:1001001:rx deep 2>/dev/null || true
    setcap -n ${BASE} cap_net_raw+ep deep/program 2>/dev/null || true
    find . -depth -exec touch -hd 2003-04-05T06:07:08 {} +`;
}

/** A script that gives a planted directory ACLs with ids of a container, and times of whole seconds. */
export const OWN_ACLS = `setfacl -b -m u:1001:rw,g:5:r deep/file 2>/dev/null || true
    setfacl -k -d -m g:1001:rx deep 2>/dev/null || true
    find . -depth -exec touch -hd 2003-04-05T06:07:08 {} +`;

/** A planted image and the paths that belong to it. */
export interface PlantedImage {
  readonly alias: string;
  /** `/srv/www` of the image with the ids of the host, on a plain directory and on a dataset. */
  readonly plain: string;
  readonly zfs: string;
  /** A file that only the host has. */
  readonly secret: string;
  remove(): Promise<void>;
}

/**
 * Makes an image in which `/srv/www` and `/real/www` are planted; a file of the first one has another name outside.
 * `/link` is a link to `/real`, and `/evil` one to a directory that only the host has at that place.
 */
export async function plantedImage(ground: Ground): Promise<PlantedImage> {
  const alias = `${ground.id}-planted`;
  const work = `${ground.dir}/image`;
  const secret = `${places.directory}/${ground.id}-secret`;
  const [plain, zfs] = [`${places.directory}/${ground.id}-same`, `${places.pool}/${ground.id}-same`];
  await Deno.mkdir(`${work}/tree`, { recursive: true });
  await Deno.writeFile(`${work}/tiny.tar`, await tinyImage("tiny"));
  await sh(
    `tar -C '${work}/tree' --numeric-owner -xf '${work}/tiny.tar'; mkdir -p '${work}/tree/rootfs/srv/www'
    mkdir -p '${secret}'; echo secret >'${secret}/file'`,
  );
  await plant(`${work}/tree/rootfs/srv/www`, 0);
  const remove = () => sh(`rm -rf '${plain}' '${secret}'; zfs destroy '${zfs}' 2>/dev/null || true`);
  try {
    await sh(`cd '${work}/tree/rootfs/srv/www'
      ${OWN_ACLS}
      ${shiftedCopy(plain)}
      zfs create '${zfs}'; to=$(zfs get -H -o value mountpoint '${zfs}'); mkdir "$to/www"
      tar -cS --xattrs '--xattrs-include=*' . | tar -C "$to/www" -xp --numeric-owner --xattrs '--xattrs-include=*' 2>/dev/null
      cd '${work}/tree/rootfs/srv/www'
      mkdir ../../real; cp -a . ../../real/www; ln deep/file ../../outside; ln -s /real ../../link 
      ln -s '${secret}' ../../evil
      tar -C '${work}/tree' -c --numeric-owner --xattrs '--xattrs-include=*' -f '${work}/planted.tar' metadata.yaml templates rootfs`);
    await ground.ok(["image", "import", "-alias", alias, `${work}/planted.tar`]);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    alias,
    plain,
    zfs: `${await mountpoint(`${ground.id}-same`)}/www`,
    secret,
    async remove() {
      await ground.run(["image", "delete", alias]);
      await remove();
    },
  };
}

/** Faults of a machine, each planted by a change of it, and what `doctor` calls them. */
import { makeClientCertificate } from "../../../lib/adapters/remote/client_certificate.ts";
import { type How, type Scene, USER } from "./scene.ts";

/** A fault. */
export interface Fault {
  /** What goes wrong, in the words of somebody who meets it. */
  readonly title: string;
  readonly id: string;
  /** Other findings that come of the same change. */
  readonly also?: readonly string[];
  readonly make?: string | ((scene: Scene) => Promise<unknown>);
  readonly end?: string | ((scene: Scene) => Promise<unknown>);
  readonly how?: How;
  /** `doctor --fix` mends it. */
  readonly fixed?: true;
}

const DEFAULT = "/1.0/profiles/default";

/** Hides the usual sockets of both daemons. */
const HIDE =
  `for d in /var/lib/incus /run/incus /var/lib/lxd /var/snap/lxd/common/lxd; do [ -d "$d" ] && mount -t tmpfs none "$d"; done`;

/** Replaces a file among private mounts. */
const over = (path: string, text: string) =>
  `printf '${text}' >"$DIR/over"; mount --bind "$DIR/over" ${path}`;

/** Gives the user a name, a group and rules of sudo. */
const known = (rule: string, groups = "") =>
  [
    `{ cat /etc/passwd; echo 'anna:x:${USER}:${USER}::/:/bin/sh'; } >"$DIR/passwd"`,
    `{ grep -v '^\\(incus-admin\\|lxd\\):' /etc/group; printf '${groups}'; } >"$DIR/group"`,
    `{ echo 'root ALL=(ALL:ALL) ALL'; echo '${rule}'; } >"$DIR/sudoers"; chmod 440 "$DIR/sudoers"`,
    `mount --bind "$DIR/passwd" /etc/passwd; mount --bind "$DIR/group" /etc/group`,
    `mount --bind "$DIR/sudoers" /etc/sudoers`,
    `mkdir -p "$DIR/sudoers.d"; mount --bind "$DIR/sudoers.d" /etc/sudoers.d`,
    `chmod 755 "$DIR"`,
  ].join("\n");

const file = (name: string, text: string, mode = "644") =>
  `mkdir -p "$OWN"; printf '${text}' >"$OWN/${name}"; chmod ${mode} "$OWN/${name}"`;

async function certificates(scene: Scene, { own, server }: { own: number; server: number }): Promise<void> {
  const mine = await makeClientCertificate("me", new Date(own));
  const theirs = await makeClientCertificate("far", new Date(server), "server");
  await scene.sh(`mkdir -p "$CLIENT/servercerts"; cat >"$CLIENT/config.yml" <<'END'
default-remote: local
remotes: {far: {addr: "https://127.0.0.1:9", protocol: ${scene.kind}}}
END`);
  await Deno.writeTextFile(`${scene.client}/client.crt`, mine.certificate);
  await Deno.writeTextFile(`${scene.client}/client.key`, mine.key, { mode: 0o600 });
  await Deno.writeTextFile(`${scene.client}/servercerts/far.crt`, theirs.certificate);
}

const NO_CLIENT = 'rm -rf "$CLIENT"';
const NO_OWN = 'rm -rf "$OWN"';
const YEAR = 365.25 * 86_400_000;

const pool = (scene: Scene) => `p${scene.ground.id}`;

/** Makes a pool of two mirrored files. */
const makePool = (scene: Scene) =>
  scene.sh(`truncate -s 64M "$DIR/a.img" "$DIR/b.img"
    zpool create -f -m "$PLAIN/zfs" -o cachefile=none ${pool(scene)} mirror "$DIR/a.img" "$DIR/b.img"`);
const endPool = (scene: Scene) =>
  scene.sh(`n=0; until zpool destroy -f ${pool(scene)}; do n=$((n + 1)); [ $n -lt 200 ]; sleep 0.1; done
    rm -rf "$PLAIN/zfs" "$DIR"/?.img`);

/** Faults of a daemon that is there, and of the machine around it. */
export const FAULTS: readonly Fault[] = [
  {
    title: "there is no daemon",
    id: "daemon-absent",
    how: { unnamed: true, mounts: HIDE },
  },
  {
    title: "the machine has the other daemon, and this program",
    id: "wrong-program",
    how: {
      unnamed: true,
      mounts: `${HIDE}
        d=/var/lib/lxd; [ "$KIND" = lxd ] && d=/var/lib/incus
        if [ -d "$d" ]; then :; else mount -t tmpfs none /var/lib; mkdir "$d"; fi
        touch "$d/unix.socket"; mount --bind "$OTHER" "$d/unix.socket"`,
    },
  },
  {
    title: "a variable names a socket that is not there",
    id: "socket-missing",
    how: { env: { INCUS_SOCKET: "/nonexistent/unix.socket", LXD_SOCKET: "/nonexistent/unix.socket" } },
  },
  { title: "-socket names a file", id: "socket-wrong", how: { flags: ["-socket", "/etc/passwd"] } },
  {
    title: "a variable names the socket of the other daemon",
    id: "wrong-daemon",
    how: { swapped: true },
  },
  {
    title: "everybody can use the socket",
    id: "socket-open",
    make: 'chmod o+rw "$SOCKET"',
    end: 'chmod o-rw "$SOCKET"',
  },
  {
    title: "the user is not in the group of the socket",
    id: "socket-denied",
    how: { groups: "", mounts: known("anna ALL=(ALL) NOPASSWD: ALL", "incus-admin:x:990:\\nlxd:x:991:\\n") },
  },
  {
    title: "the user was put into the group a moment ago",
    id: "group-not-active",
    how: {
      groups: "",
      mounts: known("anna ALL=(ALL) NOPASSWD: ALL", "incus-admin:x:990:anna\\nlxd:x:991:anna\\n"),
    },
  },
  {
    title: "sudo asks for a password",
    id: "sudo-asks",
    how: { groups: "0", mounts: known("anna ALL=(ALL) ALL") },
  },
  {
    title: "sudo lets the user run something else only",
    id: "sudo-refuses",
    how: { groups: "0", mounts: known("anna ALL=(ALL) NOPASSWD: /usr/bin/cat, /bin/cat") },
  },
  {
    title: "there is no sudo",
    id: "sudo-missing",
    how: {
      groups: "0",
      mounts: `${known("")}; mount --bind /dev/null "$(command -v sudo)"`,
    },
  },
  {
    title: "a program is not installed",
    id: "programs-missing",
    how: { mounts: 'mount --bind /dev/null "$(command -v rsync)"' },
  },
  {
    title: "root has no ids to give",
    id: "ids-missing",
    how: { mounts: over("/etc/subuid", "anna:100000:65536\\n") },
  },
  {
    title: "both packages gave root ids",
    id: "ids-twice",
    how: { mounts: over("/etc/subgid", "root:100000:65536\\nroot:1000000:1000000000\\n") },
  },
  {
    title: "a user has the ids of containers",
    id: "ids-shared",
    how: { mounts: over("/etc/subuid", "root:100000:65536\\nanna:100000:65536\\n") },
  },
  {
    title: "the kernel is told to allow no user namespaces",
    id: "namespaces-off",
    how: { mounts: over("/proc/sys/user/max_user_namespaces", "0\\n") },
  },
  {
    title: "the clock is an hour late",
    id: "clock-apart",
    how: { mounts: 'set -- faketime -f -1h "$@"' },
  },
  {
    title: "the file with properties is broken",
    id: "properties-wrong",
    make: file("properties.yaml", "a: [b\\n"),
    end: NO_OWN,
  },
  {
    title: "everybody can change properties",
    id: "file-writable",
    make: file("properties.yaml", "a: b\\n", "666"),
    end: NO_OWN,
    fixed: true,
  },
  {
    title: "properties belong to a user",
    id: "file-foreign",
    make: `${file("properties.yaml", "a: b\\n")}; chown ${USER} "$OWN/properties.yaml"`,
    end: NO_OWN,
  },
  {
    title: "others can read a key",
    id: "secret-readable",
    make: file("record.key", "0\\n"),
    end: NO_OWN,
    fixed: true,
  },
  {
    title: "the certificate of a remote has run out",
    id: "certificate-ends",
    make: (scene) => certificates(scene, { own: Date.now() - YEAR, server: Date.now() - 11 * YEAR }),
    end: NO_CLIENT,
  },
  {
    title: "the certificate of this client is cut off",
    id: "certificate-broken",
    make: async (scene) => {
      await certificates(scene, { own: Date.now() - YEAR, server: Date.now() - YEAR });
      await scene.sh('head -c 99 "$CLIENT/client.crt" >"$DIR/cut"; cp "$DIR/cut" "$CLIENT/client.crt"');
    },
    end: NO_CLIENT,
  },
  {
    title: "a remote does not answer",
    id: "remote-away",
    make: (scene) => certificates(scene, { own: Date.now() - YEAR, server: Date.now() - YEAR }),
    end: NO_CLIENT,
    how: { flags: ["-remote", "far"] },
  },
  {
    title: "the current project is gone",
    id: "project-missing",
    make:
      `mkdir -p "$CLIENT"; printf 'remotes: {local: {addr: "unix://", project: gone}}\\n' >"$CLIENT/config.yml"`,
    end: NO_CLIENT,
  },
  {
    title: "a pool of ZFS has lost a disk",
    id: "zpool-health",
    make: async (scene) => {
      await makePool(scene);
      await scene.sh(`zpool offline ${pool(scene)} "$DIR/b.img"`);
    },
    end: endPool,
  },
  {
    title: "a pool of ZFS is full",
    id: "zpool-full",
    make: async (scene) => {
      await makePool(scene);
      await scene.sh(
        'dd if=/dev/urandom of="$PLAIN/zfs/filler" bs=1M 2>/dev/null || true; sync -f "$PLAIN/zfs"',
      );
    },
    end: endPool,
  },
  {
    title: "a dataset of an instance is not mounted",
    id: "dataset-unmounted",
    make: async (scene) => {
      await makePool(scene);
      await scene.sh(
        `zfs create ${pool(scene)}/web; zfs umount ${pool(scene)}/web; mkdir -p "$PLAIN/zfs/web"`,
      );
      await scene.instance("web", {
        data: { type: "disk", source: `${scene.bed.plainDir}/zfs/web`, path: "/data" },
      });
    },
    end: async (scene) => {
      await scene.remove("web");
      await endPool(scene);
    },
  },
  {
    title: "a dataset was not finished",
    id: "dataset-unfinished",
    make: async (scene) => {
      await makePool(scene);
      await scene.sh(`zfs create -o lxops:unowned=${pool(scene)}/web ${pool(scene)}/web`);
    },
    end: endPool,
  },
  {
    title: "the directory of an instance is gone",
    id: "source-missing",
    make: async (scene) => {
      await scene.sh('mkdir -p "$PLAIN/gone"');
      await scene.instance("web", {
        data: { type: "disk", source: `${scene.bed.plainDir}/gone`, path: "/d" },
      });
      await scene.sh('rmdir "$PLAIN/gone"');
    },
    end: (scene) => scene.remove("web"),
  },
  {
    title: "the filesystem of an instance is full",
    id: "disk-full",
    make: async (scene) => {
      await scene.sh(`mkdir -p "$PLAIN/small"; mount -t tmpfs -o size=8m none "$PLAIN/small"
        dd if=/dev/zero of="$PLAIN/small/filler" bs=64k 2>/dev/null || true`);
      await scene.instance("web", {
        data: { type: "disk", source: `${scene.bed.plainDir}/small`, path: "/d" },
      });
    },
    end: async (scene) => {
      await scene.remove("web");
      await scene.sh('umount "$PLAIN/small"; rmdir "$PLAIN/small"');
    },
  },
  {
    title: "instances of both daemons have one directory",
    id: "source-shared",
    make: async (scene) => {
      await scene.sh('mkdir -p "$PLAIN/both"');
      const devices = { data: { type: "disk", source: `${scene.bed.plainDir}/both`, path: "/d" } };
      await scene.instance("web", devices);
      await scene.instance("web", devices, {}, scene.other);
    },
    end: async (scene) => {
      await scene.remove("web");
      await scene.remove("web", scene.other);
      await scene.sh('rmdir "$PLAIN/both"');
    },
  },
  {
    title: "a rebuild was cut off",
    id: "rebuild-unfinished",
    make: (scene) =>
      scene.instance("web-lxops-old-1", {}, { "user.lxops.role": "old", "user.lxops.of": "web" }),
    end: (scene) => scene.remove("web-lxops-old-1"),
  },
  {
    title: "a snapshot was cut off, and an instance stays frozen",
    id: "instance-frozen",
    make: async (scene) => {
      const source = { type: "image", alias: "tiny" };
      const config = { "user.lxops.frozen": "true" };
      await scene.request("POST", "/1.0/instances", { name: "web", source, config });
      for (const action of ["start", "freeze"]) {
        await scene.request("PUT", "/1.0/instances/web/state", { action, timeout: 30 });
      }
    },
    end: (scene) => scene.remove("web"),
    fixed: true,
  },
  {
    title: "a run was killed, and left its instance",
    id: "instance-left",
    make: (scene) => scene.killed(["run", "tiny", "--", "sleep", "600"], "instances", /run/),
    end: async (scene) => {
      for (const name of await scene.names("instances")) await scene.remove(name);
    },
    fixed: true,
  },
  {
    title: "a command was killed, and left its lock",
    id: "lock-left",
    make: (scene) => scene.killed(["create", "tiny", "web"], "profiles", /^lxops\.lock\.web$/),
    end: async (scene) => {
      await scene.request("DELETE", "/1.0/profiles/lxops.lock.web").catch(() => {});
      await scene.remove("web");
    },
    fixed: true,
  },
  {
    title: "the default profile has no root disk",
    id: "profile-no-root",
    make: async (scene) => {
      scene.profile = await scene.request("GET", DEFAULT);
      const { eth0 } = scene.profile.devices;
      await scene.request("PUT", DEFAULT, { ...scene.profile, devices: { eth0 } });
    },
    end: (scene) => scene.request("PUT", DEFAULT, scene.profile),
  },
  {
    title: "the default profile has no network",
    id: "profile-no-network",
    make: async (scene) => {
      scene.profile = await scene.request("GET", DEFAULT);
      const { root } = scene.profile.devices;
      await scene.request("PUT", DEFAULT, { ...scene.profile, devices: { root } });
    },
    end: (scene) => scene.request("PUT", DEFAULT, scene.profile),
  },
  {
    title: "a storage pool is full",
    id: "storage-full",
    make: async (scene) => {
      await scene.sh(`mkdir -p "$PLAIN/pool"; mount -t tmpfs -o size=32m,mode=711 none "$PLAIN/pool"`);
      const config = { source: `${scene.bed.plainDir}/pool` };
      await scene.request("POST", "/1.0/storage-pools", { name: "small", driver: "dir", config });
      await scene.sh('dd if=/dev/zero of="$PLAIN/pool/filler" bs=64k 2>/dev/null || true');
    },
    end: async (scene) => {
      await scene.sh('rm "$PLAIN/pool/filler"');
      await scene.request("DELETE", "/1.0/storage-pools/small");
      await scene.sh('umount -l "$PLAIN/pool"; rmdir "$PLAIN/pool"');
    },
  },
  {
    title: "others may not pass a directory above the daemon's",
    id: "storage-closed",
    make: 'chmod o-x "$BED/$KIND"',
    end: 'chmod o+x "$BED/$KIND"',
  },
  {
    title: "somebody has set the bridge down",
    id: "network-down",
    make: 'ip link set "$BRIDGE" down',
    end: 'ip link set "$BRIDGE" up',
  },
  {
    title: "the daemon does not answer",
    id: "daemon-hung",
    make: (scene) => scene.signal("SIGSTOP"),
    end: (scene) => scene.signal("SIGCONT"),
  },
  {
    title: "the bridge was deleted",
    id: "network-missing",
    make: 'ip link delete "$BRIDGE"',
  },
  {
    title: "the daemon was killed",
    id: "daemon-stopped",
    make: (scene) => scene.kill(),
    end: (scene) => scene.start(),
  },
];

/** Faults of a daemon, and of what it uses. */
import type { Fault } from "./fault.ts";
import type { Scene } from "./scene.ts";

const DEFAULT = "/1.0/profiles/default";

const pool = (scene: Scene) => `p${scene.ground.id}`;

/** Makes a pool of two mirrored files. */
const makePool = (scene: Scene) =>
  scene.sh(`truncate -s 64M "$DIR/a.img" "$DIR/b.img"
    zpool create -f -m "$PLAIN/zfs" -o cachefile=none ${pool(scene)} mirror "$DIR/a.img" "$DIR/b.img"`);
const endPool = (scene: Scene) =>
  scene.sh(`n=0; until zpool destroy -f ${pool(scene)}; do n=$((n + 1)); [ $n -lt 200 ]; sleep 0.1; done
    rm -rf "$PLAIN/zfs" "$DIR"/?.img`);

/** Faults of storage, instances, networks and the daemon itself; the last ones need it to be started again. */
export const OF_DAEMON: readonly Fault[] = [
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
    // A daemon that starts makes it again.
    end: async (scene) => {
      await scene.kill();
      await scene.start();
    },
  },
  {
    title: "the daemon was killed",
    id: "daemon-stopped",
    make: (scene) => scene.kill(),
    end: (scene) => scene.start(),
  },
];

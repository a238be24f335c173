/** Faults of the machine around a daemon. */
import { makeClientCertificate } from "../../../lib/adapters/remote/client_certificate.ts";
import type { Fault } from "./fault.ts";
import { type Scene, USER } from "./scene.ts";

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
    // An account without a line there is locked.
    `{ cat /etc/shadow; echo 'anna:*:19000:0:99999:7:::'; } >"$DIR/shadow"; chmod 640 "$DIR/shadow"`,
    `mount --bind "$DIR/shadow" /etc/shadow`,
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

/** Faults of sockets, rights, files and settings. */
export const OF_MACHINE: readonly Fault[] = [
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
];

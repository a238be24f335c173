/**
 * The script that removes from an instance everything that images must not share: identities, leases, caches, logs and
 * traces of the build. It runs with any shell, and skips files that the system does not have.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";

/**
 * Functions that leave out the contents of mounts: they are not in the image, and may be directories of the host.
 * `held` tells whether a file is in a mount, or has one. A mount whose name is escaped counts for the directory that it
 * is in.
 */
const MOUNTS = `
[ -r /proc/self/mountinfo ] || { echo 'lxops: cannot read /proc/self/mountinfo' >&2; exit 1; }
mounts='
'
while read -r _ _ _ _ at _; do
  case $at in *\\\\*) at=\${at%%\\\\*} at=\${at%/*} ;; esac
  mounts="$mounts$at
"
done </proc/self/mountinfo
last=. real=
held() {
  [ "\${1%/*}" = "$last" ] || { last=\${1%/*}; real=$(cd -P "$last/" 2>/dev/null && pwd -P) || real=; }
  [ -n "$real" ] || return 0
  at=\${real%/}/\${1##*/}
  [ ! -L "$1" ] || [ -z "\${2:-}" ] || at=$(readlink -f "$1") || return 0
  case $mounts in *"
$at/"*) return 0 ;; esac
  while [ -n "$at" ]; do
    case $mounts in *"
$at
"*) return 0 ;; esac
    at=\${at%/*}
  done
  return 1
}
drop() {
  for one; do
    if [ -e "$one" ] || [ -L "$one" ]; then held "$one" || rm -rf "$one"; fi
  done
}
empty() { held "$1" target || : >"$1"; }`;

/** Identities by which machines tell each other apart. An empty machine-id gets its content at the next start. */
const IDENTITY = `
[ ! -s /etc/machine-id ] || empty /etc/machine-id
[ ! -f /var/lib/dbus/machine-id ] || [ -L /var/lib/dbus/machine-id ] || drop /var/lib/dbus/machine-id
drop /var/lib/systemd/random-seed /var/lib/systemd/credential.secret /var/lib/dhcp/*.lease* \\
  /var/lib/dhcp/*.leases /var/lib/dhclient/* /var/lib/dhcpcd/*.lease* /var/lib/NetworkManager/*lease* \\
  /var/lib/NetworkManager/secret_key /var/lib/systemd/network/*lease*`;

/** Files that can be downloaded or created again, and traces of the build. */
const REST = `
drop /var/lib/lxops
drop /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/* /var/cache/apt/*.bin /var/lib/apt/lists/* \\
  /var/cache/apk/* /var/cache/dnf/* /var/cache/libdnf5/* /var/cache/yum/* /var/cache/zypp/* \\
  /var/cache/pacman/pkg/* /var/cache/xbps/*
drop /tmp/* /var/tmp/* /root/.bash_history /root/.ash_history /var/crash/*
if [ -d /var/lib/cloud ]; then
  drop /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/cloud/data /var/lib/cloud/sem
fi
drop /var/log/journal/*
if [ -d /var/log ]; then
  find /var/log -xdev -type f | while IFS= read -r log; do
    case $log in *.gz | *.xz | *.zst | *.old | *.[0-9]) drop "$log" ;; *) empty "$log" ;; esac
  done
fi`;

/**
 * Host keys of the SSH server go. Debian and its descendants make them only when the package is installed, so that a
 * unit makes them at the next start; other systems, and those with cloud-init, make missing ones by themselves.
 */
const NEW_KEYS = `
drop /etc/ssh/ssh_host_*key /etc/ssh/ssh_host_*key.pub
units=/etc/systemd/system
if [ -d $units ] && ! held $units/lxops-host-keys.service && command -v ssh-keygen >/dev/null 2>&1 && ! command -v cloud-init >/dev/null 2>&1 &&
  ! ls /usr/lib/systemd/system /lib/systemd/system 2>/dev/null | grep -q '^sshd*-*keygen\\|^sshdgenkeys'; then
  printf '%s\\n' '[Unit]' 'Description=Make missing host keys of the SSH server' \\
    'Before=ssh.service ssh.socket sshd.service' 'ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key' '' \\
    '[Service]' 'Type=oneshot' 'ExecStart=/usr/bin/ssh-keygen -A' '' \\
    '[Install]' 'WantedBy=multi-user.target' 'RequiredBy=ssh.service' >$units/lxops-host-keys.service
  mkdir -p $units/multi-user.target.wants $units/ssh.service.requires
  ln -sf ../lxops-host-keys.service $units/multi-user.target.wants/lxops-host-keys.service
  ln -sf ../lxops-host-keys.service $units/ssh.service.requires/lxops-host-keys.service
fi`;

/** Host keys stay: cloud-init would replace them in each new instance. */
const SAME_KEYS = `
[ ! -d /etc/cloud/cloud.cfg.d ] || held /etc/cloud/cloud.cfg.d/99-lxops-host-keys.cfg ||
  echo 'ssh_deletekeys: false' >/etc/cloud/cloud.cfg.d/99-lxops-host-keys.cfg`;

/**
 * Returns the command that empties the file of the host name where it has the name of the instance that the image is
 * made in; one that the configuration gives the image stays.
 */
function forgetName(name: string): string {
  const file = "/etc/hostname";
  return `
[ ! -f ${file} ] || [ -L ${file} ] || [ "$(cat ${file})" != ${quote(name)} ] || empty ${file}`;
}

/** Returns the script that cleans the instance `name` before it becomes an image for users. */
export function cleanScript(name: string, hostKeys: "new" | "image"): string {
  return `${MOUNTS}${IDENTITY}${forgetName(name)}${hostKeys === "new" ? NEW_KEYS : SAME_KEYS}${REST}\nsync\n`
    .slice(1);
}

/** Returns the script that cleans the instance `name` before its packages become an internal image. */
export function identityScript(name: string): string {
  return `${MOUNTS}${IDENTITY}${forgetName(name)}\nsync\n`.slice(1);
}

/**
 * Shell functions of the package managers: `lxops_install NAME...`, `lxops_update` and `lxops_upgrade`.
 *
 * @module
 */

/**
 * The first attempt uses the existing package lists. If it fails, or there are no lists, they are updated: a package
 * can be newer than they are, and a version in them can be gone.
 */
const INSTALL = String.raw`
lxops_install() {
  if lxops_lists; then
    lxops_add "$@" && return
    echo "lxops: once more, with new package lists"
  fi
  lxops_update || echo "lxops: the package lists are as they were"
  lxops_add "$@"
}
`;

/**
 * Waits for another apt or dpkg, for example of the first boot, whose locks the kernel lists. Interrupted work of
 * dpkg is finished first, because apt refuses to go on otherwise; if dpkg lacks packages for it, apt gets them.
 */
const APT = String.raw`
lxops_apt() {
  tries=0
  while [ "$tries" -lt 120 ]; do
    for file in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock; do
      node=$(ls -i "$file" 2>/dev/null) || continue
      if grep -q ":$(echo $node | cut -d' ' -f1) " /proc/locks 2>/dev/null; then
        [ "$tries" -gt 0 ] || echo "lxops: waiting for another apt or dpkg to end"
        tries=$((tries + 1))
        sleep 1
        continue 2
      fi
    done
    break
  done
  case $1 in update) ;; *) lxops_apt_finish ;; esac
  lxops_apt_get "$@"
}
lxops_apt_get() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold "$@"
}
lxops_apt_finish() {
  if ! ls /var/lib/dpkg/updates 2>/dev/null | grep -q '^[0-9]' &&
    ! grep -Eq '^Status: .* (unpacked|half-installed|half-configured|triggers-awaited|triggers-pending)$' \
      /var/lib/dpkg/status 2>/dev/null; then
    return 0
  fi
  echo "lxops: finishing what an interrupted apt or dpkg began"
  DEBIAN_FRONTEND=noninteractive dpkg --force-confold --configure -a || lxops_apt_get --fix-broken install ||
    echo "lxops: it cannot be finished"
}
lxops_lists() {
  for file in /var/lib/apt/lists/*_Packages*; do [ -e "$file" ] && return; done
  return 1
}
lxops_add() { lxops_apt install "$@"; }
lxops_update() { lxops_apt update; }
lxops_upgrade() { lxops_apt dist-upgrade; }
`;

const APK = String.raw`
lxops_lists() { :; }
lxops_add() { apk add "$@"; }
lxops_update() { apk update; }
lxops_upgrade() { apk upgrade; }
`;

const OPKG = String.raw`
lxops_lists() { [ -n "$(ls -A /var/opkg-lists 2>/dev/null)" ]; }
lxops_add() { opkg install "$@"; }
lxops_update() { opkg update; }
lxops_upgrade() { opkg list-upgradable | cut -d' ' -f1 | while read -r name; do opkg upgrade "$name" || exit; done; }
`;

const DNF = String.raw`
lxops_dnf() {
  for tool in dnf microdnf yum; do
    if command -v "$tool" >/dev/null 2>&1; then
      "$tool" -y "$@"
      return
    fi
  done
  echo "lxops: there is neither dnf nor yum"
  return 127
}
lxops_lists() { :; }
lxops_add() { lxops_dnf install "$@"; }
lxops_update() { lxops_dnf makecache; }
lxops_upgrade() { lxops_dnf upgrade; }
`;

const PACMAN = String.raw`
lxops_lists() { [ -n "$(ls -A /var/lib/pacman/sync 2>/dev/null)" ]; }
lxops_add() { pacman -S --noconfirm --needed "$@"; }
lxops_update() { pacman -Sy --noconfirm; }
lxops_upgrade() { pacman -Su --noconfirm; }
`;

const ZYPPER = String.raw`
lxops_zypper() { zypper --non-interactive --gpg-auto-import-keys "$@"; }
lxops_lists() { :; }
lxops_add() { lxops_zypper install --auto-agree-with-licenses "$@"; }
lxops_update() { lxops_zypper refresh; }
lxops_upgrade() { lxops_zypper update --auto-agree-with-licenses; }
`;

const XBPS = String.raw`
lxops_lists() { [ -n "$(ls -d /var/db/xbps/*/ 2>/dev/null)" ]; }
lxops_add() { xbps-install -y "$@"; }
lxops_update() { xbps-install -S; }
lxops_upgrade() { xbps-install -y -u; }
`;

/** The functions of each package manager. */
export const PACKAGE_FUNCTIONS = {
  apt: { text: APT + INSTALL },
  apk: { text: APK + INSTALL },
  opkg: { text: OPKG + INSTALL },
  dnf: { text: DNF + INSTALL },
  pacman: { text: PACMAN + INSTALL },
  zypper: { text: ZYPPER + INSTALL },
  xbps: { text: XBPS + INSTALL },
} as const;

/** The package managers that lxops knows. */
export type PackageManager = keyof typeof PACKAGE_FUNCTIONS;

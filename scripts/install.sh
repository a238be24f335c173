#!/bin/sh
# Installs the programs that the scripts of this project need on Debian 12 or 13 and Ubuntu 24.04, and says what it
# installs. It asks nothing, starts no service, uses what is installed already, and can run again.
#
#   scripts/install.sh deno        Deno alone
#   scripts/install.sh source      Deno and git, and what tests without daemons call
#   scripts/install.sh quickstart  Deno and Incus, to try lxops
#   scripts/install.sh test        Deno and everything that the tests need
#
# Prints the path of deno to the standard output, and everything else to the standard error.
set -eu

DENO_VERSION=2.9.6
profile=${1:-}
home=${XDG_CACHE_HOME:-$HOME/.cache}/lxops/deno
# What it installs for the quickstart is noted here, for uninstall.sh.
notes=${LXOPS_INSTALL_NOTES:-/var/cache/lxops}
work=
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

say() { echo "install: $*" >&2; }
die() {
  say "$*"
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_be_root() { [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }

# note KIND [WHAT...]: notes what the quickstart brings to this machine
note() {
  [ "$profile" = quickstart ] || return 0
  kind=$1
  shift
  as_root mkdir -p "$notes"
  for what in "$@"; do echo "$kind $what"; done | as_root tee -a "$notes/quickstart" >/dev/null
}

# --- packages

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -q -y \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    --no-install-recommends "$@" >&2
}

update_lists() {
  [ -z "${lists_are_new:-}" ] || return 0
  lists_are_new=yes
  say "apt-get update"
  apt_get update
}

# Installs packages, and notes those that came with them, too.
apt_install() {
  names=$(mktemp)
  dpkg-query -W -f '${Package}\n' | sort >"$names"
  apt_get install "$@" && failed= || failed=yes
  # shellcheck disable=SC2046
  note package $(dpkg-query -W -f '${Package}\n' | sort | comm -13 "$names" -)
  rm -f "$names"
  [ -z "$failed" ]
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
candidate() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p' | grep -vx '(none)'; }

# want PATH... -- PACKAGE...: adds the first available package, unless one of the paths exists
want() {
  while [ "$1" != -- ]; do
    [ ! -e "$1" ] || return 0
    shift
  done
  shift
  for package in "$@"; do
    [ -z "$(candidate "$package")" ] || {
      wanted="$wanted $package"
      return 0
    }
  done
  absent="$absent $1"
}

# Debian 12 has Incus in its backports; uses that suite of the mirror that apt uses for everything else
add_backports() {
  [ "$(. /etc/os-release && echo "$ID")" = debian ] && [ ! -e /usr/libexec/incus/incusd ] &&
    [ ! -e /opt/incus/bin/incusd ] && [ -z "$(candidate incus-base)" ] || return 0
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(ORIGIN) $(REPO_URI)' 'Created-By: Packages' |
    sed -n "s/^$codename main Debian //p" | head -n 1)
  [ -n "$mirror" ] || {
    say "apt has no mirror of Debian $codename, so backports are not added"
    return 0
  }
  say "adding the suite $codename-backports of $mirror to apt, for Incus"
  list=/etc/apt/sources.list.d/lxops-backports.list
  [ -e "$list" ] || note file "$list"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $codename-backports main" |
    as_root tee "$list" >/dev/null
  lists_are_new=
  update_lists || {
    as_root rm -f "$list"
    say "the mirror has no $codename-backports; the suite is removed again"
  }
}

choose_packages() {
  wanted= absent=
  [ "$profile" != source ] || {
    want /usr/bin/git -- git
    want /usr/bin/pgrep -- procps
    # Tests of cloud-config call them in a copy of this system.
    want /usr/bin/sudo -- sudo
    want /usr/bin/ssh-keygen -- openssh-client
    return 0
  }
  want /usr/libexec/incus/incusd /opt/incus/bin/incusd -- incus-base incus
  want /usr/sbin/dnsmasq -- dnsmasq-base
  want /usr/sbin/ip /sbin/ip -- iproute2
  want /usr/sbin/nft -- nftables
  want /usr/bin/rsync -- rsync
  want /usr/bin/newuidmap -- uidmap
  # Where the other busybox is installed it stays; see extract_busybox.
  installed busybox || installed busybox-static || want -- busybox-static
  [ "$profile" = test ] || return 0
  [ "$(. /etc/os-release && echo "$ID")" = debian ] && want /usr/bin/lxd /snap/bin/lxd -- lxd
  want /usr/bin/btrfs -- btrfs-progs
  want /usr/bin/setfacl -- acl
  want /usr/bin/getfattr -- attr
  want /usr/sbin/setcap /sbin/setcap -- libcap2-bin
  want /usr/sbin/debootstrap -- debootstrap
  want /usr/bin/strace -- strace
  # Another clock, for one program.
  want /usr/bin/faketime -- faketime
  want /usr/bin/zstd -- zstd
  want /usr/bin/sudo -- sudo
  want /usr/bin/git -- git
  want /usr/bin/pgrep -- procps
  # Shells that complete command lines, and a reader of man pages.
  want /usr/bin/zsh -- zsh
  want /usr/bin/fish -- fish
  want /usr/bin/groff -- groff-base
  # A terminal whose screen tests look at.
  want /usr/bin/tmux -- tmux
  want /usr/bin/ssh -- openssh-client
  want /usr/sbin/sshd -- openssh-server
  # Clients of the examples, and a way to keep secrets.
  want /usr/bin/psql -- postgresql-client
  want /usr/bin/mosquitto_pub -- mosquitto-clients
  want /usr/bin/wg -- wireguard-tools
  want /usr/bin/wireguard-go -- wireguard-go
  want /usr/bin/age -- age
  # zfs-fuse would replace the tools of the machine's own ZFS.
  if [ -e /dev/zfs ] || modinfo zfs >/dev/null 2>&1; then
    want /usr/sbin/zfs /sbin/zfs -- zfsutils-linux
  else
    want /usr/sbin/zfs /sbin/zfs -- zfs-fuse
  fi
}

# The static busybox cannot be installed beside the other one, and the machine may start with that.
needs_busybox() { [ "$profile" != source ] && installed busybox && [ ! -x /var/cache/lxops/busybox ]; }

extract_busybox() {
  say "extracting a static busybox to /var/cache/lxops"
  note file /var/cache/lxops/busybox
  (cd "$work" && chmod 755 . && apt-get -q download busybox-static >&2 && dpkg-deb -x busybox-static_*.deb busybox &&
    as_root install -D -m 755 "$(find busybox -type f -name busybox | head -n 1)" /var/cache/lxops/busybox) ||
    say "cannot get the package busybox-static: no small images can be built"
}

install_packages() {
  have apt-get || {
    say "there is no apt-get: install Incus or LXD yourself"
    return 0
  }
  choose_packages
  needs_busybox && wanted_more=yes || wanted_more=
  [ -n "$wanted$wanted_more$absent" ] || return 0
  can_be_root || {
    say "not root, and sudo is missing or needs a password; not installed:$wanted$absent"
    return 0
  }
  update_lists
  [ "$profile" = source ] || add_backports
  choose_packages
  [ -z "$absent" ] || say "this distribution has no package$absent; what needs it is skipped"
  work=$(mktemp -d)
  trap tidy EXIT
  trap 'exit 130' INT TERM HUP
  [ -z "$wanted_more" ] || extract_busybox
  [ -n "$wanted" ] || return 0
  say "installing$wanted"
  dpkg-query -W -f '${Package}\n' | sort >"$work/before"
  cp /etc/subuid /etc/subgid "$work" 2>/dev/null || :
  hold_services
  # shellcheck disable=SC2086
  apt_install $wanted || say "some packages could not be installed; the tests say what they skip"
}

# No service starts while packages are installed, and none of theirs starts with the machine afterwards.
hold_services() {
  [ ! -e /usr/sbin/policy-rc.d ] || return 0
  say "keeping the services of packages from starting (/usr/sbin/policy-rc.d, until the end)"
  printf '#!/bin/sh\n# lxops: scripts/install.sh\nexit 101\n' >"$work/policy"
  as_root install -m 755 "$work/policy" /usr/sbin/policy-rc.d
}

tidy() {
  code=$?
  trap - EXIT
  grep -q '^# lxops: scripts/install.sh$' /usr/sbin/policy-rc.d 2>/dev/null && as_root rm -f /usr/sbin/policy-rc.d
  [ ! -e "$work/before" ] || disable_services
  keep_subids subuid
  keep_subids subgid
  rm -rf "$work"
  exit $code
}

disable_services() {
  [ -d /run/systemd/system ] || return 0
  dpkg-query -W -f '${Package}\n' | sort | comm -13 "$work/before" - | while read -r package; do
    dpkg -L "$package" | sed -nE 's#^(/usr)?/lib/systemd/system/([^/]*[.](service|socket|timer|path))$#\2#p'
  done | while read -r unit; do
    [ "$(systemctl is-enabled "$unit" 2>/dev/null)" = enabled ] || continue
    say "disabling $unit, which a package enabled"
    as_root systemctl disable --quiet "$unit" || :
  done
}

# Packages of daemons add a second range of ids for root. With two ranges, no container starts.
keep_subids() {
  [ -e "$work/$1" ] && [ "$(grep -c '^root:' "/etc/$1")" -gt 1 ] && [ "$(grep -c '^root:' "$work/$1")" -le 1 ] || return 0
  say "keeping one range for root in /etc/$1"
  awk -F: '$1 != "root" || !seen++' "/etc/$1" >"$work/$1.new"
  as_root cp "$work/$1.new" "/etc/$1"
}

# --- Deno

. "$(dirname "$0")/install_deno.sh"

case $profile in
deno) ;;
# Without Deno there is no quickstart, and packages would be for nothing.
quickstart)
  install_deno >/dev/null
  install_packages
  ;;
source | test) install_packages ;;
*) die "usage: scripts/install.sh deno|source|quickstart|test" ;;
esac
install_deno

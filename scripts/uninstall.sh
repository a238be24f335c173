#!/bin/sh
# Lists or removes what install.sh has installed for the quickstart: what was there before, or was installed for
# something else, stays.
#
#   scripts/uninstall.sh list
#   scripts/uninstall.sh remove
set -eu

home=${XDG_CACHE_HOME:-$HOME/.cache}/lxops/deno
notes=${LXOPS_INSTALL_NOTES:-/var/cache/lxops}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
noted() { sed -n "s/^$1 //p" "$notes/quickstart" 2>/dev/null | sort -u; }

# Deno is that of the user who ran the quickstart, who may have become root by sudo.
deno_of_quickstart() {
  for directory in "$home" "${LXOPS_QUICKSTART_DENO:-}"; do
    [ -z "$directory" ] || [ ! -e "$directory/quickstart" ] || {
      echo "$directory"
      return 0
    }
  done
}

# A daemon that has a database is in use, and its packages stay.
in_use() { [ -e "${LXOPS_INCUS_DIR:-/var/lib/incus}/database" ]; }

list() {
  for package in $(noted package); do
    ! installed "$package" || echo "package $package"
  done
  for file in $(noted file); do
    [ ! -e "$file" ] || echo "file $file"
  done
  directory=$(deno_of_quickstart)
  [ -z "$directory" ] || echo "directory $directory"
}

remove() {
  packages=$(list | sed -n 's/^package //p')
  if [ -n "$packages" ] && in_use; then
    echo "uninstall: Incus of this machine is in use: its packages stay" >&2
  else
    # shellcheck disable=SC2086
    [ -z "$packages" ] || as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
      apt-get -q -y -o DPkg::Lock::Timeout=300 purge $packages >&2
    for file in $(noted file); do as_root rm -f "$file"; done
    as_root rm -f "$notes/quickstart"
    as_root rmdir "$notes" 2>/dev/null || :
  fi
  directory=$(deno_of_quickstart)
  [ -z "$directory" ] || rm -rf "$directory"
}

case ${1:-} in
list) list ;;
remove) remove ;;
*)
  echo "usage: scripts/uninstall.sh list|remove" >&2
  exit 2
  ;;
esac

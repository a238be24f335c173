#!/bin/sh
# Installs lxops from this directory, or removes it.
#
#   ./install.sh [--prefix DIR] [incus|lxd]   DIR is /usr/local unless given; which one "lxops" is (default: incus)
#   ./install.sh [--prefix DIR] --remove
set -eu

prefix=/usr/local
daemon=incus
remove=
here=$(cd "$(dirname "$0")" && pwd)
usage() { sed -n '2,5s/^# \{0,1\}//p' "$0"; }
die() {
  echo "lxops: $*" >&2
  exit 1
}

while [ $# -gt 0 ]; do
  case $1 in
  --prefix)
    [ $# -ge 2 ] || die "--prefix needs a directory"
    prefix=$2
    shift
    ;;
  --remove) remove=1 ;;
  incus | lxd) daemon=$1 ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    usage >&2
    exit 2
    ;;
  esac
  shift
done

# Tells whether bin/lxops is a link that this script has made, or is not there.
is_own() {
  [ -L "$prefix/bin/lxops" ] || { [ ! -e "$prefix/bin/lxops" ] && return 0 || return 1; }
  case $(readlink "$prefix/bin/lxops") in
  lxops-incus | lxops-lxd) ;;
  *) return 1 ;;
  esac
}

# What the archive has, without what belongs to the archive itself.
files() { (cd "$here" && find bin share -type f -o -type l) | sort; }

if [ -n "$remove" ]; then
  [ ! -d "$prefix" ] || files | (cd "$prefix" && xargs -d '\n' rm -f --)
  if is_own; then rm -f -- "$prefix/bin/lxops"; else echo "lxops: left alone, not made by install.sh: $prefix/bin/lxops" >&2; fi
  find "$prefix/share/doc/lxops" -depth -type d -exec rmdir -- {} + 2>/dev/null || true
  echo "lxops is removed from $prefix; nothing else was changed"
  exit 0
fi

# The loader that the programs name: without it, the shell would only say "not found".
loader=@LOADER@
[ "$(uname -s)" = Linux ] || die "lxops runs on Linux; this is $(uname -s)"
[ "$(uname -m)" = @MACHINE@ ] || die "these programs are for @MACHINE@, and this machine is $(uname -m)"
if [ ! -e "$loader" ]; then
  set -- /lib/ld-musl-*
  [ ! -e "$1" ] || die "this machine has musl (as Alpine does), and lxops needs glibc @GLIBC@ or later: run it on Debian, \
Ubuntu, Fedora, Arch or another machine with glibc, or in a container of one of these with the daemon's socket"
  die "this machine has no $loader: lxops needs glibc @GLIBC@ or later"
fi
"$here/bin/lxops-$daemon" version >/dev/null ||
  die "bin/lxops-$daemon does not start here: it needs glibc @GLIBC@ or later"

mkdir -p -- "$prefix/bin"
for program in lxops-incus lxops-lxd; do
  # A program that runs is replaced, not written over.
  cp -P -- "$here/bin/$program" "$prefix/bin/$program.new.$$"
  mv -f -- "$prefix/bin/$program.new.$$" "$prefix/bin/$program"
done
(cd "$here" && find share -type d) | while IFS= read -r directory; do
  mkdir -p -- "$prefix/$directory"
  set --
  for file in "$here/$directory"/* "$here/$directory"/.[!.]*; do
    if [ -L "$file" ] || [ -f "$file" ]; then set -- "$@" "$file"; fi
  done
  [ $# -eq 0 ] || cp -P --remove-destination -- "$@" "$prefix/$directory/"
done
as=$prefix/bin/lxops
if is_own; then
  ln -sfn "lxops-$daemon" "$as"
else
  echo "lxops: left alone, not made by install.sh: $as; to have the name: remove it, and install again" >&2
  as=$prefix/bin/lxops-$daemon
fi
echo "installed: $("$as" version | head -n 1), as $as"

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

# What the archive has, without what belongs to the archive itself.
files() { (cd "$here" && find bin share -type f -o -type l) | sort; }

if [ -n "$remove" ]; then
  files | while IFS= read -r file; do rm -f -- "$prefix/$file"; done
  rm -f -- "$prefix/bin/lxops"
  rmdir -- "$prefix/share/doc/lxops" 2>/dev/null || true
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

files | while IFS= read -r file; do
  mkdir -p -- "$prefix/${file%/*}"
  # A program that runs is replaced, not written over.
  cp -P -- "$here/$file" "$prefix/$file.new.$$"
  mv -f -- "$prefix/$file.new.$$" "$prefix/$file"
done
ln -sfn "lxops-$daemon" "$prefix/bin/lxops"
echo "installed: $("$prefix/bin/lxops" version | head -n 1), as $prefix/bin/lxops"

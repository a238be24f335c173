/**
 * Shell functions that write files. They run in dash, busybox ash and bash.
 *
 * @module
 */

/**
 * `lxops_dirs DIRECTORY OWNER`: makes a directory and its missing parents, owned as the file in it will be.
 * `lxops_content`: prints what a file is to have; it is standard input unless an item says otherwise.
 * `lxops_regular PATH [SHOWN]` fails where something other than a regular file has the path: content would go into a
 * device, or wait forever for a reader of a FIFO.
 * `lxops_of_root LINK` tells whether a link is root's: any other user could lead root's writing elsewhere by one.
 * `lxops_way PATH` fails where a directory above a path is reached by a link of another user.
 */
export const DIRECTORIES = String.raw`
lxops_fail() {
  echo "lxops: $*"
  exit 1
}
lxops_content() { cat; }
lxops_regular() {
  set -- "$1" "${"${2:-$1}"}"
  if [ ! -e "$1" ] || [ -f "$1" ]; then return 0; fi
  if [ -d "$1" ]; then echo "lxops: $2 is a directory"; else echo "lxops: $2 is not a regular file"; fi
  lxops_fail "to have the file, move it away first, in the instance: mv $2 $2.old"
}
lxops_of_root() { [ "$(stat -c %u -- "$1")" = 0 ]; }
lxops_way() {
  at= rest=${"${1#/}"}
  while :; do
    case $rest in */*) ;; *) return 0 ;; esac
    at=$at/${"${rest%%/*}"} rest=${"${rest#*/}"}
    if [ -L "$at" ] && ! lxops_of_root "$at"; then
      lxops_fail "$at is a symbolic link that does not belong to root, and is not followed"
    fi
  done
}
lxops_dirs() {
  if [ -d "$1" ]; then return 0; fi
  lxops_dirs "$(dirname "$1")" "$2" && mkdir "$1" && chown -h -- "$2" "$1"
}
`;

/**
 * `lxops_write PATH MODE OWNER`: replaces a file by `lxops_content`. A mount point cannot be renamed over, so
 * that its content is replaced in place. A link of root is followed, and one of another user is replaced. Where others
 * than root may change a directory above, `lxops_put` does it.
 *
 * `mktemp` creates the file that replaces it, because other users must never be able to open it: the shell's own `>`
 * would give it the mode 0666, and a default ACL of the directory overrides the umask.
 * `lxops_give OWNER FILE` changes the owner, if necessary: each program that is not run saves a millisecond.
 */
export const WRITE = String.raw`
lxops_give() {
  if [ "$1" = root:root ] && [ -O "$2" ] && [ -G "$2" ]; then return 0; fi 2>/dev/null
  chown -h -- "$1" "$2"
}
lxops_write() {
  lxops_way "$1"
  lxops_regular "$1"
  if [ -L "$1" ] || ! lxops_alone "$1" "$3"; then
    lxops_put write "$@" || exit
    return 0
  fi
  file=$1 folder=${"${1%/*}"}
  [ -n "$folder" ] || folder=/
  lxops_dirs "$folder" "$3" || exit
  new=$(mktemp "$folder/.lxops.XXXXXX") || exit
  if lxops_content >"$new" && lxops_give "$3" "$new" && chmod "$2" "$new"; then
    if mv -f "$new" "$file" 2>/dev/null; then return 0; fi
    if cat "$new" >"$file" && chown -- "$3" "$file" && chmod "$2" "$file"; then
      rm -f "$new"
      return 0
    fi
  fi
  rm -f "$new"
  lxops_fail "$1 was not written"
}
`;

/**
 * `lxops_append PATH MODE OWNER`: adds `lxops_content` to a file, which is made if there is none. The file has its owner
 * and mode before the content, which may be secret; the second `chmod` is for a setuid bit, which writing can clear.
 */
export const APPEND = String.raw`
lxops_append() {
  if [ ! -e "$1" ]; then
    lxops_write "$@"
    return
  fi
  lxops_way "$1"
  if [ -L "$1" ] && ! lxops_of_root "$1"; then
    lxops_fail "$1 is a symbolic link that does not belong to root, and is not followed"
  fi
  lxops_regular "$1"
  if [ -L "$1" ] || ! lxops_alone "$1" "$3"; then
    lxops_put append "$@" || exit
    return 0
  fi
  chown -- "$3" "$1" && chmod "$2" "$1" && lxops_content >>"$1" && chmod "$2" "$1"
}
`;

/**
 * `lxops_fetch ADDRESS FILE` reads headers from standard input and writes what is at the address to the file; from a
 * server in three attempts. Only curl can be given headers and an address without showing them in the list of processes.
 */
export const FETCH = String.raw`
lxops_fetch_once() {
  case $1 in file://*)
    cat "/$(echo "$1" | sed 's,^file://[^/]*/*,,')" >"$2"
    return
    ;;
  esac
  if command -v curl >/dev/null 2>&1; then
    {
      printf '%s\n' "$3" | sed -e '/^$/d' -e 's/[\\"]/\\&/g' -e 's/.*/header = "&"/'
      printf '%s\n' "$1" | sed -e 's/[\\"]/\\&/g' -e 's/.*/url = "&"/'
    } | curl -fsSL -K - -o "$2"
  elif command -v wget >/dev/null 2>&1; then
    address=$1 file=$2 headers=$3
    set --
    while IFS= read -r header; do [ -z "$header" ] || set -- "$@" --header "$header"; done <<END
$headers
END
    wget -q "$@" -O "$file" "$address"
  elif [ -x /usr/lib/apt/apt-helper ] && [ -z "$3" ]; then
    /usr/lib/apt/apt-helper -q download-file "$1" "$2"
  else
    echo "lxops: there is neither curl nor wget"
    return 127
  fi
}
lxops_fetch() {
  headers=$(cat)
  for attempt in 1 2 3; do
    lxops_fetch_once "$1" "$2" "$headers" && return
    case $1:$attempt in file:* | *:3) return 1 ;; esac
    sleep 3
  done
}
`;

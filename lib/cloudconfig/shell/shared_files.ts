/**
 * Shell functions that write files into directories that other users than root can change. They run in dash, busybox
 * ash and bash.
 *
 * Any path can become a link to another place between two programs there. So these functions go to a directory step by
 * step, see that each step led where its name pointed, and work in a directory of root alone in it, from which the
 * file is renamed to its name.
 *
 * @module
 */

/**
 * `lxops_alone PATH OWNER` tells whether only root can change a path and the directories above. A directory that is missing has the
 * owner of the file.
 * `lxops_enter DIRECTORY OWNER MODE` goes to a directory, and makes those that are missing; without an owner it fails.
 * `lxops_private` makes and enters a directory of root alone, and `lxops_leave` goes back and removes it.
 * `lxops_target LINK` sets `target` to where a link of root leads.
 * `lxops_hold NAME` gives the file of that name another name, `./held`, that only root can change, and fails where it
 * is no regular file, or has a third name: it may be a file that the user may not write to.
 * `lxops_rename NAME` gives `./new` its name.
 */
const WAYS = String.raw`
lxops_alone() {
  at= rest=${"${1#/}"} owner=$2
  set -- /
  while :; do
    case $rest in */*) ;; *) break ;; esac
    at=$at/${"${rest%%/*}"} rest=${"${rest#*/}"}
    if [ ! -e "$at" ] && [ ! -L "$at" ]; then
      case $owner in root:root | root: | 0:0) break ;; *) return 1 ;; esac
    fi
    set -- "$@" "$at"
  done
  modes=$(stat -c %u:%f -- "$@") || return
  for mode in $modes; do
    case $mode in 0:*) ;; *) return 1 ;; esac
    [ $((0x${"${mode#*:}"} & 0170022)) = 16384 ] || return
  done
}
lxops_shared() {
  set -- $(stat -c '%u %f' .)
  [ "$1" != 0 ] || [ $((0x$2 & 022)) != 0 ]
}
lxops_moved() { lxops_fail "directories above $path were changed by another program meanwhile"; }
lxops_private() {
  inode=$(stat -c %d:%i .) && private=$(mktemp -d ./.lxops.XXXXXX) && cd -P "$private" || exit
  case "$(stat -c '%u %a' .) $(stat -c %d:%i ..)" in "0 700 $inode" | "0 2700 $inode") ;; *) lxops_moved ;; esac
}
lxops_leave() {
  rm -f ./new ./held
  cd -P .. && rmdir "$private" 2>/dev/null
}
lxops_target() {
  if ! lxops_shared; then
    lxops_of_root "./$1" && target=$(readlink "./$1")
    return
  fi
  lxops_private
  found=
  if ln "../$1" ./held && [ -L ./held ] && lxops_of_root ./held && target=$(readlink ./held); then found=yes; fi
  lxops_leave
  [ -n "$found" ]
}
lxops_make() {
  if ! lxops_shared; then
    mkdir "./$1" && chown -h -- "$2" "./$1" && chmod "$3" "./$1"
    return
  fi
  lxops_private
  mkdir ./new && chown -h -- "$2" ./new && chmod "$3" ./new && mv ./new "../$1"
  made=$?
  rmdir ./new 2>/dev/null
  lxops_leave
  return "$made"
}
lxops_enter() {
  way=${"${1#/}"} steps=0
  cd /
  while [ -n "$way" ]; do
    step=${"${way%%/*}"}
    case $way in */*) way=${"${way#*/}"} ;; *) way= ;; esac
    case $step in
    '' | .) continue ;;
    ..)
      cd -P ..
      continue
      ;;
    esac
    if [ -L "./$step" ]; then
      at=${"${PWD%/}"}/$step
      if ! lxops_target "$step"; then
        lxops_fail "$at is a symbolic link that does not belong to root, and is not followed"
      fi
      steps=$((steps + 1))
      if [ "$steps" -gt 40 ]; then lxops_fail "$at is a symbolic link in a circle"; fi
      case $target in /*) cd / ;; esac
      way=${"${target#/}${way:+/$way}"}
      continue
    fi
    if [ ! -e "./$step" ]; then
      [ -n "$2" ] || return 1
      lxops_make "$step" "$2" "$3" || lxops_fail "$PWD/$step cannot be made"
    fi
    inode=$(stat -c %d:%i "./$step") && cd -P "./$step" || lxops_fail "$PWD/$step is no directory"
    if [ "$(stat -c %d:%i .)" != "$inode" ]; then lxops_moved; fi
  done
}
lxops_hold() {
  if ln "../$1" ./held && [ ! -L ./held ] && [ -f ./held ] && [ "$(stat -c %h ./held)" = 2 ]; then return 0; fi
  lxops_leave
  lxops_fail "$path is not a regular file, or has another name as well"
}
lxops_rename() {
  if mv -fT ./new "../$1" 2>/dev/null; then return 0; fi
  case $(mv --help 2>&1) in
  *" -T"* | *nT]*) return 1 ;;
  *) [ ! -d "../$1" ] && mv -f ./new "../$1" ;;
  esac
}
`;

/**
 * `lxops_put HOW PATH MODE OWNER` writes `lxops_content` as `lxops_write` does, or appends it as `lxops_append`
 * does, where others may change directories on the way. A link of root is followed.
 */
const PUT = String.raw`
lxops_put() (
  how=$1 path=$2 wanted=$2 links=0
  shift
  while :; do
    case $links in 0) made=$3 ;; *) made= ;; esac
    lxops_enter "${"${wanted%/*}"}/" "$made" 0755 ||
      lxops_fail "$path is a symbolic link to a place that does not exist, or in a circle"
    name=${"${wanted##*/}"}
    if [ ! -L "./$name" ] || ! lxops_target "$name"; then break; fi
    links=$((links + 1))
    if [ "$links" -gt 40 ]; then
      lxops_fail "$path is a symbolic link to a place that does not exist, or in a circle"
    fi
    case $target in /*) wanted=$target ;; *) wanted=$PWD/$target ;; esac
  done
  if [ ! -L "./$name" ]; then
    lxops_regular "./$name" "$path"
    [ -e "./$name" ] || how=write
  elif [ "$how" = append ]; then
    lxops_fail "$path is a symbolic link that does not belong to root, and is not followed"
  fi
  if grep -qF " ${"${PWD%/}"}/$name " /proc/self/mountinfo 2>/dev/null; then how=mounted-$how; fi
  lxops_private
  case $how in
  write) lxops_content >./new && chown -h -- "$3" ./new && chmod "$2" ./new && lxops_rename "$name" ;;
  append)
    lxops_hold "$name"
    chown -- "$3" ./held && chmod "$2" ./held && lxops_content >>./held && chmod "$2" ./held
    ;;
  mounted-write) lxops_content >./new && cat ./new >"../$name" && chown -- "$3" "../$name" && chmod "$2" "../$name" ;;
  *) chown -- "$3" "../$name" && chmod "$2" "../$name" && lxops_content >>"../$name" && chmod "$2" "../$name" ;;
  esac
  written=$?
  lxops_leave
  if [ "$written" != 0 ]; then lxops_fail "$path was not written"; fi
)
`;

/** The text of all these functions. */
export const SHARED_FILES = WAYS + PUT;

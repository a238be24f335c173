/**
 * Shell functions that keep the ids of users and groups over a rebuild, and compare them.
 *
 * @module
 */

/** The comment of an account that only keeps an id until its own item makes it. */
export const KEPT = "kept by lxops";

/**
 * `lxops_owned DIRECTORY...` prints the ids of `$lxops_differ`, lines of `u UID` or `g GID`, that files in directories
 * have, and `late` where it cannot look at all of them within 5 s.
 */
const OWNED = String.raw`lxops_owned() {
  {
    printf '%s\n' "$lxops_differ" | awk '{ print "wanted", $1, $2 }'
    timeout 5 find "$@" -xdev -exec stat -c 'u %u
g %g' {} + || echo late
  } | awk '
    $1 == "wanted" { wanted[$2 " " $3] = 1; next }
    $0 == "late" || ($0 in wanted && !seen[$0]++) { print }'
}
`;

/** Prints the ids of standard input that files in the directories of its arguments have. */
export const OWNED_IDS = `: look
lxops_differ=$(cat)
${OWNED}lxops_owned "$@" 2>/dev/null
`;

/**
 * `lxops_ids HOW [DIRECTORY...]` reads `g:NAME:GID` and `u:NAME:UID:GID:HOME:SHELL` from standard input: users and
 * groups of the old root filesystem. With `keep` and `refuse`, it makes those that are missing, and with `refuse` it
 * fails where one cannot have its id. It tells whose id is another one, as far as files in the directories have it.
 */
export const IDS = String.raw`
lxops_add_line() {
  [ -f "$1" ] || return 0
  if [ -n "$(tail -c 1 "$1")" ]; then echo >>"$1" || return; fi
  printf '%s\n' "$2" >>"$1"
}
lxops_compare_ids() {
  awk -F: -v how="$1" '
    FILENAME == "/etc/passwd" { if (!($1 in uid)) uid[$1] = $3; if (!($3 in user)) user[$3] = $1; next }
    FILENAME == "/etc/group" { if (!($1 in gid)) gid[$1] = $3; if (!($3 in group)) group[$3] = $1; next }
    $1 == "g" && $2 in gid { if (gid[$2] != $3) print "g", $3, "group", $2, gid[$2], "-" }
    $1 == "g" && !($2 in gid) && how != "warn" {
      if ($3 in group) print "g", $3, "group", $2, "-", group[$3]
      else { print "make /etc/group " $2 ":x:" $3 ":"; print "make /etc/gshadow " $2 ":!::"; group[$3] = $2; gid[$2] = $3 }
    }
    $1 == "u" && $2 in uid { if (uid[$2] != $3) print "u", $3, "user", $2, uid[$2], "-" }
    $1 == "u" && !($2 in uid) && how != "warn" {
      if ($3 in user) print "u", $3, "user", $2, "-", user[$3]
      else {
        print "make /etc/passwd " $2 ":x:" $3 ":" $4 ":${KEPT}:" $5 ":" $6
        print "make /etc/shadow " $2 ":*:::::::"
        user[$3] = $2; uid[$2] = $3
      }
    }' /etc/passwd /etc/group -
}
${OWNED}lxops_cannot() {
  echo "lxops: the ids of users and groups are not kept: $1"
  case $how in refuse) return 1 ;; esac
}
lxops_ids() {
  how=$1
  shift
  if ! command -v awk >/dev/null 2>&1 || [ ! -f /etc/passwd ] || [ ! -f /etc/group ]; then
    lxops_cannot "there is no awk, /etc/passwd or /etc/group"
    return
  fi
  lxops_found=$(lxops_compare_ids "$how") || return
  while read -r what file line; do
    case $what in make) lxops_add_line "$file" "$line" 2>/dev/null || lxops_cannot "$file cannot be written" || return ;; esac
  done <<END
$lxops_found
END
  lxops_differ=$(printf '%s\n' "$lxops_found" | grep '^[ug] ') || return 0
  lxops_bad= lxops_have=late lxops_u= lxops_g=
  if [ $# -gt 0 ]; then lxops_have=$(lxops_owned "$@" 2>/dev/null); fi
  if printf '%s\n' "$lxops_have" | grep -qx late; then lxops_known=; else lxops_known=yes; fi
  while read -r kind id what name now other; do
    if [ -n "$lxops_known" ] && ! printf '%s\n' "$lxops_have" | grep -qx "$kind $id"; then continue; fi
    lxops_bad=yes
    case $other in
    -)
      echo "lxops: $what $name had id $id in the old root filesystem, and has $now in the new one"
      case $now in *[!0-9]*) continue ;; esac
      case $kind in
      u) lxops_u="$lxops_u-o -user $id -exec chown -h $now {} + " ;;
      *) lxops_g="$lxops_g-o -group $id -exec chgrp -h $now {} + " ;;
      esac ;;
    *) echo "lxops: $what $name had id $id in the old root filesystem, which is that of $other in the new one" ;;
    esac
  done <<END
$lxops_differ
END
  if [ -z "$lxops_bad" ]; then return 0; fi
  echo "lxops: files on the devices keep their numbers"
  if [ -n "$lxops_u$lxops_g" ]; then
    echo "lxops: to give the files the new numbers, once, in the instance:"
    for lxops_one in "$lxops_u" "$lxops_g"; do
      case $lxops_one in ?*) echo "lxops:   find $* -xdev $(echo "$lxops_one" | cut -c 4-)" ;; esac
    done
  fi
  case $how in refuse) echo "lxops: with \"ids: keep\", a rebuild goes on all the same"; return 1 ;; esac
}
`;

/**
 * Shell functions that create users and groups. They use the shadow tools, those of busybox, or the account files,
 * whichever the instance has.
 *
 * @module
 */

/**
 * Functions for the account files: `lxops_accounts` fails where one of them would not end, `lxops_entry passwd|group
 * NAME` prints a line, others read and change fields of the user `$name`.
 */
export const ENTRIES = String.raw`
lxops_has() { command -v "$1" >/dev/null 2>&1; }
lxops_entry() {
  if lxops_has getent; then getent "$1" "$2"; else
    awk -F: -v n="$2" '$1 == n { print; found = 1; exit } END { exit !found }' "/etc/$1"
  fi
}
lxops_accounts() {
  for lxops_file in passwd group shadow gshadow; do
    if [ -e "/etc/$lxops_file" ] && [ ! -f "/etc/$lxops_file" ]; then
      echo "lxops: /etc/$lxops_file is not a regular file"
      return 1
    fi
  done
}
lxops_field() { lxops_entry passwd "$name" | cut -d: -f"$1"; }
lxops_set_field() {
  cp -p "$1" "$1.lxops" &&
    V=$3 awk -F: -v OFS=: -v n="$name" -v f="$2" '$1 == n { $f = ENVIRON["V"] } { print }' "$1" >"$1.lxops" &&
    mv "$1.lxops" "$1"
}
`;

/** `lxops_group NAME [GID]` makes a group, `lxops_member USER GROUP` adds a user to it. */
export const GROUPS = String.raw`
lxops_free_id() { cut -d: -f3 "$1" | sort -n | awk 'BEGIN { n = 1000 } $1 == n { n++ } END { print n }'; }
lxops_free_from() {
  cat /etc/passwd /etc/group | awk -F: -v n="$1" '{ used[$3] = 1 } END { while (n in used) n++; print n }'
}
lxops_group() {
  lxops_accounts || return
  if lxops_entry group "$1" >/dev/null; then return 0; fi
  name_of_group=$1
  gid=$2
  set --
  if [ -z "$gid" ] && [ -n "$lxops_floor" ]; then gid=$(lxops_free_from "$lxops_floor") || return; fi
  [ -z "$gid" ] || set -- -g "$gid"
  if lxops_has groupadd; then groupadd "$@" "$name_of_group"
  elif lxops_has addgroup; then addgroup "$@" "$name_of_group"
  else
    if [ -z "$gid" ]; then gid=$(lxops_free_id /etc/group) || return; fi
    echo "$name_of_group:x:$gid:" >>/etc/group
  fi
}
lxops_member() {
  if ! lxops_entry passwd "$1" >/dev/null; then
    echo "lxops: there is no user $1 to add to group $2"
    return 0
  fi
  case ",$(lxops_entry group "$2" | cut -d: -f4)," in *",$1,"*) return 0 ;; esac
  if lxops_has usermod; then usermod -a -G "$2" "$1"
  elif lxops_has addgroup; then addgroup "$1" "$2"
  else (name=$2 && lxops_set_field /etc/group 4 "$(lxops_entry group "$2" | cut -d: -f4 | sed 's/..*/&,/')$1")
  fi
}
`;

/**
 * `lxops_user` creates the user that the variables describe, or updates an existing one. A new user whose home
 * directory exists gets the id of its owner, if that is free; others get no id of an owner of a home directory.
 */
export const USER = String.raw`
lxops_change() {
  if [ -z "$3" ] || [ "$(lxops_field "$1")" = "$3" ]; then return 0; fi
  if lxops_has usermod; then usermod "$2" "$3" "$name"; else lxops_set_field /etc/passwd "$1" "$3"; fi
}
lxops_differs() {
  if [ -z "$3" ] || [ "$(lxops_field "$1")" = "$3" ]; then return 0; fi
  echo "lxops: user $name exists; its $2 stays $(lxops_field "$1"), the file says $3"
}
lxops_useradd() {
  set --
  [ -z "$uid" ] || set -- "$@" -u "$uid"
  if [ -n "$group" ]; then set -- "$@" -g "$group"
  elif [ -n "$no_group" ]; then set -- "$@" -N
  elif lxops_entry group "$name" >/dev/null; then set -- "$@" -g "$name"
  fi
  [ -z "$gecos" ] || set -- "$@" -c "$gecos"
  [ -z "$home" ] || set -- "$@" -d "$home"
  [ -z "$shell" ] || set -- "$@" -s "$shell"
  [ -z "$system" ] || set -- "$@" -r
  [ -z "$no_log" ] || set -- "$@" -l
  [ -z "$expire" ] || set -- "$@" -e "$expire"
  [ -z "$inactive" ] || set -- "$@" -f "$inactive"
  [ -z "$selinux" ] || set -- "$@" -Z "$selinux"
  if [ -n "$no_home" ]; then set -- "$@" -M; else set -- "$@" -m; fi
  useradd "$@" "$name"
}
lxops_adduser() {
  set -- -D -g "$gecos"
  [ -z "$uid" ] || set -- "$@" -u "$uid"
  if [ -n "$group" ]; then set -- "$@" -G "$group"
  elif [ -n "$no_group" ]; then set -- "$@" -G users
  elif lxops_entry group "$name" >/dev/null; then set -- "$@" -G "$name"
  fi
  [ -z "$home" ] || set -- "$@" -h "$home"
  [ -z "$shell" ] || set -- "$@" -s "$shell"
  [ -z "$system" ] || set -- "$@" -S
  [ -z "$no_home" ] || set -- "$@" -H
  adduser "$@" "$name" || return
  [ -z "$inactive" ] || lxops_set_field /etc/shadow 7 "$inactive" || return
  [ -z "$expire" ] || lxops_set_field /etc/shadow 8 "$expire_day"
}
lxops_write_user() {
  if [ -z "$group" ]; then
    if [ -n "$no_group" ]; then group=users; else group=$name; fi
    lxops_group "$group" || return
  fi
  gid=$(lxops_entry group "$group" | cut -d: -f3)
  [ -n "$uid" ] || uid=$(lxops_free_id /etc/passwd)
  [ -n "$home" ] || home=/home/$name
  [ -n "$shell" ] || shell=/bin/sh
  printf '%s\n' "$name:x:$uid:$gid:$gecos:$home:$shell" >>/etc/passwd &&
    printf '%s\n' "$name:!:::::$inactive:$expire_day:" >>/etc/shadow || return
  if [ -z "$no_home" ] && [ ! -d "$home" ]; then mkdir -p "$home" && chown "$uid:$gid" "$home"; fi
}
lxops_release() {
  awk -F: -v n="$name" -v c="$lxops_kept" '$1 == n && $5 == c { found = 1 } END { exit !found }' /etc/passwd || return 0
  [ -n "$uid" ] || uid=$(lxops_field 3)
  for file in /etc/passwd /etc/shadow; do
    if [ -f "$file" ]; then
      cp -p "$file" "$file.lxops" && awk -F: -v n="$name" '$1 != n' "$file" >"$file.lxops" && mv "$file.lxops" "$file" ||
        return
    fi
  done
}
lxops_gone() {
  [ "$2" -ge 1000 ] 2>/dev/null && [ "$2" -lt 60000 ] && ! cut -d: -f3 "/etc/$1" | grep -qx "$2"
}
lxops_homes_of_nobody() (
  cd /home 2>/dev/null || exit 1
  set -- */
  [ -d "$1" ] || exit 1
  names=$(awk -F: '{ print $1 "/" }' /etc/passwd)
  for dir; do
    case "
$names
" in *"
$dir
"*) ;; *) exit 0 ;; esac
  done
  exit 1
)
lxops_above_homes() {
  find /home -mindepth 1 -maxdepth 1 -type d -exec stat -c %u {} + 2>/dev/null | {
    cut -d: -f3 /etc/passwd
    echo homes
    cat
  } | awk '
    $1 == "homes" { homes = 1; next }
    !homes { used[$1] = 1; next }
    $1 >= 1000 && $1 < 30000 && !($1 in used) && $1 + 0 > most { most = $1 + 0 }
    END { if (most) print most + 1 }'
}
lxops_choose_id() {
  dir=$home
  [ -n "$dir" ] || dir=/home/$name
  if [ -d "$dir" ] && [ ! -L "$dir" ]; then
    set -- $(stat -c '%u %g' "$dir" 2>/dev/null)
    if [ $# = 2 ] && lxops_gone passwd "$1"; then
      uid=$1
      if [ -z "$group$no_group" ] && lxops_gone group "$2"; then lxops_group "$name" "$2"; fi
      return
    fi
  fi
  from=$lxops_floor
  if [ -z "$from" ] && lxops_homes_of_nobody; then from=$(lxops_above_homes); fi
  if [ -n "$from" ]; then uid=$(lxops_free_from "$from"); fi
}
lxops_user() {
  lxops_accounts || return
  if [ -n "$lxops_kept" ]; then lxops_release || return; fi
  if [ -z "$keep_groups" ]; then
    for one in $group $groups; do lxops_group "$one" || return; done
  fi
  if lxops_entry passwd "$name" >/dev/null; then
    lxops_differs 3 "user id" "$uid"
    lxops_differs 6 "home directory" "$home"
    lxops_change 5 -c "$gecos" && lxops_change 7 -s "$wanted_shell" || return
    lxops_keep_home
  else
    if [ -z "$uid$system" ]; then lxops_choose_id || return; fi
    if lxops_has useradd; then lxops_useradd
    elif lxops_has adduser; then lxops_adduser
    else lxops_write_user
    fi || return
    [ -z "$no_password" ] || lxops_set_field /etc/shadow 2 "$no_password" || return
  fi
  for one in $groups; do lxops_member "$name" "$one" || return; done
}
`;

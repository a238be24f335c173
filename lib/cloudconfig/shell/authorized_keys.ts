/**
 * Shell functions for the public keys of users and the files in which sshd looks for them.
 *
 * @module
 */

/**
 * `lxops_sshd_read FILE` finds `$keys_files` and `$strict` as sshd does for the user `$name`: the first value counts,
 * files that are included are read where they are, and what follows a Match is for those whom it names. Of conditions
 * those on users and groups can be known here. What is read is bounded, in size and in files. `lxops_sshd_path PATTERN`
 * prints the file that a value stands for.
 */
export const SSHD_FILES = String.raw`
lxops_matches() {
  for pattern in $(printf '%s\n' "$1" | tr ',' ' '); do
    for one in $2; do
      case $pattern in
        '!'*) case $one in ${"${pattern#!}"}) return 1 ;; esac ;;
        *) case $one in $pattern) matched=yes ;; esac ;;
      esac
    done
  done
}
lxops_match() {
  active=yes
  while [ $# -gt 0 ]; do
    matched=
    case $1 in
      [Aa][Ll][Ll]) matched=yes ;;
      [Uu][Ss][Ee][Rr]) lxops_matches "$2" "$name" || matched= ;;
      [Gg][Rr][Oo][Uu][Pp]) lxops_matches "$2" "$(id -Gn "$name" 2>/dev/null)" || matched= ;;
    esac
    if [ -z "$matched" ]; then active=; fi
    case $1 in [Aa][Ll][Ll]) shift ;; *) shift; [ $# = 0 ] || shift ;; esac
  done
}
lxops_sshd_read() {
  if [ ! -f "$1" ] || [ "$read_files" -ge 64 ]; then return 0; fi
  read_files=$((read_files + 1))
  set -- "$1" "$active" "$in_match" "$(head -c 1048576 "$1" | tr -d '\000\r' | awk '
    { sub(/^[ \t]+/, ""); key = $0; sub(/[ \t=].*/, "", key)
      value = substr($0, length(key) + 1)
      sub(/^[ \t]*=?[ \t]*/, "", value); sub(/[ \t]#.*/, "", value); gsub(/"/, "", value)
      key = tolower(key)
      if (key ~ /^(include|match|authorizedkeysfile|strictmodes)$/ && value != "" && count++ < 200) print key, value }')"
  while read -r key value; do
    case $key:$active in
      match:*)
        in_match=yes
        set -f
        lxops_match $value
        set +f
        ;;
      include:yes)
        for pattern in $value; do
          case $pattern in /*) ;; *) pattern=/etc/ssh/$pattern ;; esac
          for file in $pattern; do lxops_sshd_read "$file"; done
        done
        ;;
      authorizedkeysfile:yes)
        if [ -n "$in_match" ]; then [ -n "$match_files" ] || match_files=$value
        else [ -n "$keys_files" ] || keys_files=$value; fi
        ;;
      strictmodes:yes)
        if [ -n "$in_match" ]; then [ -n "$match_strict" ] || match_strict=$value
        else [ -n "$strict" ] || strict=$value; fi
        ;;
    esac
  done <<END
$4
END
  active=$2 in_match=$3
}
lxops_sshd_path() {
  printf '%s\n' "$1" | H=$home U=$name I=$uid awk '{
    for (i = 1; i <= length($0); i++) {
      two = substr($0, i, 2)
      if (two == "%h") out = out ENVIRON["H"]
      else if (two == "%u") out = out ENVIRON["U"]
      else if (two == "%U") out = out ENVIRON["I"]
      else if (two == "%%") out = out "%"
      else { out = out substr($0, i, 1); continue }
      i++
    }
    print (out ~ /^\//) ? out : ENVIRON["H"] "/" out
  }'
}
`;

/**
 * `lxops_keys_file` finds the `$file` of the user's keys: the first of those that sshd reads which is the user's own
 * and which sshd would trust, else `authorized_keys` in the home directory, as cloud-init chooses it. Missing
 * directories are made, the user's own below its home. No symbolic link is followed on the way.
 */
const FILE = String.raw`
lxops_trusted() {
  set -- "$1" "$2" $(stat -c '%u %g %a' "$1")
  if [ "$strict" = yes ] && { [ "$3" != "$uid" ] && [ "$3" != 0 ] || [ $((0$5 & 022)) != 0 ]; }; then return 1; fi
  if [ "$3" = "$uid" ]; then return 0; fi
  if [ "$uid" = 0 ]; then return 0; fi
  case " $(id -G "$name") " in *" $4 "*) [ $((0$5 & ($2 << 3))) != 0 ] ;; *) [ $((0$5 & $2)) != 0 ] ;; esac
}
lxops_key_path() {
  parent=
  set -f
  old_ifs=$IFS IFS=/
  set -- "$1" $(dirname "$1")
  IFS=$old_ifs
  set +f
  path=$1
  shift
  for part in "$@"; do
    [ -n "$part" ] || continue
    parent=$parent/$part
    case $home/ in "$parent"/*) continue ;; esac
    if [ -L "$parent" ]; then return 1; fi
    if [ -e "$parent" ] && [ ! -d "$parent" ]; then return 1; fi
    if [ ! -d "$parent" ]; then
      case $parent/ in
        "$home"/*) (lxops_enter "$parent" "$ids" 0700) || return ;;
        *) (lxops_enter "$parent" root:root 0755) || return ;;
      esac
    fi
    lxops_trusted "$parent" 1 || return
  done
  if [ -L "$path" ]; then return 1; fi
  if [ -e "$path" ]; then [ -f "$path" ] && lxops_trusted "$path" 4; fi
}
lxops_home_file() {
  case $home in /?*) ;; *) echo "lxops: user $name has no home directory for its keys"; return 1 ;; esac
  if [ ! -d "$home" ]; then
    mkdir -p "$home" && chown "$ids" "$home" || return
  fi
  file=$home/.ssh/authorized_keys
  if [ -L "$home/.ssh" ] || [ -L "$file" ]; then
    echo "lxops: $home/.ssh or authorized_keys in it is a symbolic link; keys are not written through it"
    return 1
  fi
  (path=$file && lxops_enter "$home/.ssh" "$ids" 0700 && chown "$ids" . && chmod 0700 .)
}
lxops_keys_file() {
  uid=$(lxops_field 3) ids=$(lxops_field 3):$(lxops_field 4) home=$(lxops_field 6)
  keys_files= match_files= strict= match_strict= active=yes in_match= read_files=0
  for file in /etc/ssh/sshd_config /usr/etc/ssh/sshd_config; do
    if [ -e "$file" ]; then
      lxops_sshd_read "$file"
      break
    fi
  done
  keys_files=${"${match_files:-${keys_files:-.ssh/authorized_keys}}"} strict=${"${match_strict:-${strict:-yes}}"}
  set -f
  set -- $keys_files
  set +f
  for wanted in "$@"; do
    file=$(lxops_sshd_path "$wanted")
    if [ "$file" = "$home/.ssh/authorized_keys" ]; then
      lxops_home_file
      return
    fi
    case $wanted:$file in
      [Nn][Oo][Nn][Ee]:* | *:*/../*) continue ;;
      *%[uUh]*:* | *:"$home"/?*) ;;
      *) continue ;;
    esac
    if lxops_key_path "$file"; then return 0; fi
    echo "lxops: sshd does not trust keys of user $name in $file: there is a link on the way, or others may write there"
  done
  lxops_home_file || return
  echo "lxops: keys of user $name are in $file, where sshd does not look (AuthorizedKeysFile $keys_files)"
}
`;

/**
 * `lxops_keys`: standard input becomes the user's keys that lxops looks after: a block of `authorized_keys`, so
 * that a key that the file no longer has goes, and keys that came from elsewhere stay.
 * `lxops_import_keys ID...` adds the keys that accounts elsewhere have.
 */
const LISTS = String.raw`
lxops_import_keys() {
  if ! command -v ssh-import-id >/dev/null 2>&1; then lxops_install ssh-import-id || return; fi
  lxops_keys_file || return
  found=$(mktemp) || return
  if ssh-import-id -o "$found" "$@"; then lxops_in_file lxops_added_keys; else false; fi
  code=$?
  rm -f "$found"
  return "$code"
}
lxops_added_keys() {
  cat "$1"
  while IFS= read -r key; do
    grep -qxF -e "$key" "$1" || printf '%s\n' "$key"
  done <"$found"
}
lxops_in_file() (
  path=$file name=${"${file##*/}"}
  lxops_enter "${"${file%/*}"}" "$ids" 0700 && lxops_private || exit
  old=/dev/null
  if [ -e "../$name" ] || [ -L "../$name" ]; then
    lxops_hold "$name"
    old=./held
  fi
  "$1" "$old" >./new && chown -h "$ids" ./new && chmod 0600 ./new && lxops_rename "$name"
  written=$?
  lxops_leave
  exit "$written"
)
lxops_own_keys() {
  awk -v begin='# lxops keys' -v end='# end of lxops keys' '
    part == 1 {
      keys[++n] = $0; id = $0
      for (i = NF; i > 0; i--) if (substr($i, 1, 4) == "AAAA") id = $i
      mine[id] = 1
      next
    }
    $0 == end && inside { inside = 0; kept = 0; next }
    $0 == begin && !inside { inside = 1; kept = 0; next }
    {
      if ($0 in mine) next
      for (i = 1; i <= NF; i++) if ($i in mine) next
      if (inside) held[++kept] = $0; else print
    }
    END {
      if (inside) for (i = 1; i <= kept; i++) print held[i]
      if (n == 0) exit
      print begin
      for (i = 1; i <= n; i++) print keys[i]
      print end
    }' part=1 - part=2 "$1"
}
lxops_keys() {
  lxops_keys_file && lxops_in_file lxops_own_keys
}
`;

/** The text of all these functions. */
export const KEYS = SSHD_FILES + FILE + LISTS;

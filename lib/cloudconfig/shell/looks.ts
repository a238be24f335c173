/**
 * Shell functions that read the state of an instance and change nothing. Each fact is a line with tabs between its
 * fields, the name last. They run in dash, busybox ash and bash.
 *
 * @module
 */

/** The path of the notes about files after lxops had applied the items that write them; for root only. */
export const LEFT = "/var/lib/lxops/left";

/**
 * `lxops_files PATH...` tells the kind, owner, mode and hash of files. Nothing but regular files of at most 64 MiB is
 * read: a FIFO would never end.
 */
export const FILES = String.raw`
lxops_tab='	'
lxops_files() {
  for lxops_path; do
    if [ -f "$lxops_path" ]; then :
    elif [ -d "$lxops_path" ]; then printf 'state\tdirectory\t%s\n' "$lxops_path"
    elif [ -e "$lxops_path" ]; then printf 'state\tno regular file\t%s\n' "$lxops_path"
    elif [ -L "$lxops_path" ]; then printf 'state\tbroken link\t%s\n' "$lxops_path"
    elif [ -d "${"${lxops_path%/*}"}/" ]; then printf 'state\tmissing\t%s\n' "$lxops_path"
    else printf 'state\tno directory\t%s\n' "$lxops_path"
    fi
  done
  stat -L -c "stat$lxops_tab%a$lxops_tab%u$lxops_tab%g$lxops_tab%U$lxops_tab%G$lxops_tab%n" -- "$@"
  find -L "$@" -maxdepth 0 -type f -size -131073 -exec sha256sum {} + |
    sed "s/^\\\\*\([0-9a-f]*\)  /sum$lxops_tab\1$lxops_tab/"
} 2>/dev/null
lxops_boot() {
  read -r lxops_stat </proc/1/stat
  set -- ${"${lxops_stat##*) }"}
  shift 19
  printf '%s %s' "$1" "$(cat /proc/sys/kernel/random/boot_id)"
} 2>/dev/null
`;

/**
 * `lxops_note_left PATH...` notes what files and the home directories of the users in
 * `$lxops_users` are like, and keeps what was noted about others. For files in memory it also
 * notes the start of the instance, as the next one removes them.
 */
export const NOTE_LEFT = String.raw`
lxops_note_left() (
  umask 077
  # Each program takes a millisecond, and the directory belongs to root.
  new=${LEFT}.$$
  : >"$new" || exit
  [ $# = 0 ] || lxops_files "$@" >"$new"
  [ -z "$lxops_users" ] || lxops_note_homes $lxops_users >>"$new"
  kinds=$(stat -f -c "%T$lxops_tab%n" -- "$@")
  case $kinds in *tmpfs* | *ramfs*)
    printf '%s\n' "$kinds" | B=$(lxops_boot) awk -F"$lxops_tab" -v OFS="$lxops_tab" '
      $1 == "tmpfs" || $1 == "ramfs" { print "boot", ENVIRON["B"], $2 }' >>"$new" ;;
  esac
  if [ -z "$lxops_fresh" ] && [ -f ${LEFT} ]; then
    awk -F"$lxops_tab" -v new="$new" '
      BEGIN { while ((getline line <new) > 0) { n = split(line, part); seen[part[n]] = 1 } }
      !($NF in seen) && NR < 20000' ${LEFT} >"$new.old" && cat "$new.old" >>"$new"
    rm -f "$new.old"
  fi
  mv -f "$new" ${LEFT}
) 2>/dev/null
`;

/**
 * `lxops_look_files PATH...` tells about files and how they were left, and which of them were in memory before the last
 * start of the instance. Hashes of those in `$lxops_secret`, one a line, do not leave the instance: `salted` has them
 * with the salt of this look.
 */
export const LOOK_FILES = String.raw`
lxops_look_files() {
  [ -f ${LEFT} ] && left=${LEFT} || left=/dev/null
  lxops_files "$@" | B=$(lxops_boot) S=$lxops_secret awk -F"$lxops_tab" -v OFS="$lxops_tab" '
    BEGIN { n = split(ENVIRON["S"], all, "\n"); for (i = 1; i <= n; i++) secret[all[i]] = 1 }
    part == 1 { if (FNR <= 20000) was[$1, $NF] = $0; next }
    { if ($1 != "sum" || !($NF in secret)) print }
    $1 == "state" && ("boot", $NF) in was && was["boot", $NF] != "boot" OFS ENVIRON["B"] OFS $NF { print "restarted", $NF }
    ($1, $NF) in was {
      if ($1 != "sum") print "was", was[$1, $NF]
      else if ($0 == was[$1, $NF]) print "same", $NF
    }' part=1 "$left" part=2 -
}
lxops_salted() { printf 'salted\t%s\t%s\n' "$({ printf %s "$lxops_salt"; head -c 67108864 "$1"; } | sha256sum)" "$1"; }
lxops_look_secrets() {
  for lxops_path; do if [ -f "$lxops_path" ]; then lxops_salted "$lxops_path"; fi; done
}
`;

/** `lxops_look_links PATH...` tells the symbolic links in paths of files, each once, and where they lead. */
export const LOOK_LINKS = String.raw`
lxops_look_links() {
  for lxops_path; do
    while :; do
      case "$lxops_path" in /*) ;; *) break ;; esac
      if [ -L "$lxops_path" ]; then
        case "$lxops_links" in
          *"//$lxops_path//"*) ;;
          *)
            lxops_links="$lxops_links//$lxops_path//"
            printf 'link\t%s\t%s\n' "$(readlink -n "$lxops_path" | head -c 4096 | tr '\t\n' '??')" "$lxops_path"
            ;;
        esac
      fi
      lxops_path=${"${lxops_path%/*}"}
    done
  done
}
`;

/**
 * `lxops_look_block NUMBER FILE` tells whether a file has the lines of `lxops_content` one after another;
 * `lxops_look_variable NAME FILE` tells the last value of a variable.
 */
export const LOOK_LINES = String.raw`
lxops_look_block() {
  if [ ! -f "$2" ]; then return 0; fi
  lxops_content | awk -v number="$1" '
    part == 1 { want[++n] = $0; next }
    FNR > 1000000 { exit }
    {
      if (n == 0) exit
      for (i = m; i > 0; i--) {
        at = open[i]
        if ($0 != want[at + 1]) { open[i] = open[m]; m-- } else if (++open[i] == n) { found = 1; exit }
      }
      if ($0 == want[1]) { if (n == 1) { found = 1; exit } open[++m] = 1 }
    }
    END { if (found || n == 0) print "block\tthere\t" number }' part=1 - part=2 "$2"
}
lxops_look_variable() {
  if [ ! -f "$2" ]; then return 0; fi
  awk -v name="$1" -v file="$2" '
    NR > 10000 { exit }
    { sub(/^[ \t]*(export[ \t]+)?/, "") }
    index($0, name "=") == 1 { value = substr($0, length(name) + 2); found = 1 }
    END { gsub(/^["\047]|["\047]$/, "", value); if (found) print "variable\t" value "\t" name "\t" file }' "$2"
}
`;

/**
 * `lxops_look_accounts` tells about the users of `$lxops_users`, each between blanks, and all groups;
 * `lxops_look_password NAME` tells a salted hash of the field, and `lxops_look_keys NAME FILE...` which of the lines
 * of `lxops_content` the files have.
 */
export const LOOK_ACCOUNTS = String.raw`
lxops_look_accounts() {
  [ ! -f /etc/passwd ] || U=$lxops_users awk -F: '
    NR > 100000 { exit } index(ENVIRON["U"], " " $1 " ") { print "passwd\t" $0 }' /etc/passwd
  [ ! -f /etc/shadow ] || U=$lxops_users awk -F: '
    NR > 100000 { exit }
    index(ENVIRON["U"], " " $1 " ") {
      print "shadow\t" ($2 ~ /^[!*]/ ? "locked" : "open") "\t" $1
      if ($7 $8 != "") print "aging\t" $7 "\t" $8 "\t" $1
    }' /etc/shadow
  [ ! -f /etc/group ] || awk 'NR > 20000 { exit } { print "group\t" $0 }' /etc/group
  if command -v getent >/dev/null 2>&1; then
    getent passwd $lxops_users | sed "s/^/passwd$lxops_tab/"
    getent group $lxops_groups | sed "s/^/group$lxops_tab/"
  fi
}
lxops_look_password() {
  [ -f /etc/shadow ] || return 0
  value=$(awk -F: -v n="$1" 'NR > 100000 { exit } $1 == n { print $2; exit }' /etc/shadow)
  printf 'password\t%s\t%s\n' "$(printf %s "$lxops_salt$value" | sha256sum)" "$1"
}
lxops_look_keys() {
  name=$1
  set -- $(awk -F: -v n="$name" 'NR > 100000 { exit } $1 == n { print $3, $4, $6; exit }' /etc/passwd)
  [ -n "$3" ] || return 0
  uid=$1 ids=$1:$2 home=$3 keys_files= match_files= strict= match_strict= active=yes in_match= read_files=0
  for file in /etc/ssh/sshd_config /usr/etc/ssh/sshd_config; do
    if [ -e "$file" ]; then
      lxops_sshd_read "$file"
      break
    fi
  done
  set -f
  set -- ${"${match_files:-${keys_files:-.ssh/authorized_keys}}"} .ssh/authorized_keys
  set +f
  for wanted; do
    file=$(lxops_sshd_path "$wanted")
    [ -f "$file" ] && [ ! -L "$file" ] || continue
    stat -c "keyfile$lxops_tab%a$lxops_tab%u$lxops_tab$name" -- "$file"
    case $file in "$home"/.ssh/*) stat -c "keydir$lxops_tab%a$lxops_tab%u$lxops_tab$name" -- "$home/.ssh" ;; esac
    lxops_content | awk -v name="$name" '
      part == 1 { want[$0] = ++n; next }
      FNR > 100000 { exit }
      $0 in want { print "key\t" want[$0] "\t" name }' part=1 - part=2 "$file"
  done
}
`;

/** `lxops_look_packages MANAGER NAME...` tells which packages are installed, and `looked` if it could tell. */
export const LOOK_PACKAGES = String.raw`
lxops_apk_installed() {
  for file in /lib/apk/db/installed /usr/lib/apk/db/installed; do
    [ -f "$file" ] || continue
    printf 'looked\tapk\n'
    W=" $* " awk '
      function tell() { if (name != "" && (index(ENVIRON["W"], " " name " ") || more != "")) print "package\t" version "\t" more "\t" name }
      /^P:/ { name = substr($0, 3) }
      /^V:/ { version = substr($0, 3) }
      /^p:/ { more = substr($0, 3) }
      /^$/ { tell(); name = version = more = "" }
      END { tell() }' "$file"
    return
  done
}
lxops_look_packages() {
  manager=$1
  shift
  case $manager in
    apt)
      W=" $* " ; export W
      dpkg-query -W -f='${"${db:Status-Status}"}\t${"${Version}"}\t${"${Provides}"}\t${"${Package}"}\n' | awk -F"$lxops_tab" '
        NR == 1 { print "looked\tapt" }
        $1 == "installed" && (index(ENVIRON["W"], " " $4 " ") || $3 != "") { print "package\t" $2 "\t" $3 "\t" $4 }'
      return
      ;;
    apk) lxops_apk_installed "$@"; return ;;
    dnf | zypper) program=rpm ;;
    xbps) program=xbps-query ;;
    *) program=$manager ;;
  esac
  command -v "$program" >/dev/null 2>&1 || return 0
  printf 'looked\t%s\n' "$manager"
  for one; do
    case $manager in
      dnf | zypper) rpm -q --quiet --whatprovides "$one" || rpm -q --quiet "$one" ;;
      pacman) pacman -T "$one" ;;
      xbps) xbps-query "$one" ;;
      opkg) opkg status "$one" | grep -q '^Status: .* installed' ;;
    esac >/dev/null && printf 'package\t\t\t%s\n' "$one"
  done
}
`;

/**
 * `lxops_look_services NAME...` tells whether services and other units are enabled and active, and of a service that is
 * not, whether systemd left it out because of a condition, such as a right that a container lacks.
 */
export const LOOK_SERVICES = String.raw`
lxops_look_services() {
  if [ -d /run/systemd/system ]; then
    for service; do
      unit=$service.service
      case $service in *.timer | *.socket | *.path | *.target | *.mount | *.automount) unit=$service ;; esac
      systemctl show -p LoadState,UnitFileState,ActiveState,Type,ConditionResult,ConditionTimestampMonotonic \
        -- "$unit" | S=$service awk -F= '
        NR > 100 { exit }
        { value[$1] = $2 }
        END {
          active = value["ActiveState"]
          if (active == "inactive" && value["Type"] == "oneshot") active = "active or oneshot"
          if (active == "inactive" && value["ConditionResult"] == "no" && value["ConditionTimestampMonotonic"] > 0) active = "left out"
          print "service\t" value["LoadState"] "\t" value["UnitFileState"] "\t" active "\t" ENVIRON["S"]
        }'
    done
    return
  fi
  for service; do
    loaded=not-found enabled=disabled active=inactive
    if [ -e "/etc/init.d/$service" ]; then
      loaded=loaded
      "/etc/init.d/$service" status </dev/null >/dev/null 2>&1 && active=active
    fi
    for link in /etc/runlevels/*/"$service" /etc/rc[2345S].d/S[0-9][0-9]"$service"; do
      if [ -e "$link" ]; then enabled=enabled; fi
    done
    printf 'service\t%s\t%s\t%s\t%s\n' "$loaded" "$enabled" "$active" "$service"
  done
}
`;

/**
 * The shell functions that tell what was made in an instance by hand. They run in dash, busybox ash and bash, and change
 * nothing but a directory of their own, which they remove.
 *
 * @module
 */
import { GENERATED, OWN_PACKAGES } from "../lost/shell.ts";

/** The directories whose files are looked at; the one that may have most comes last, as a look ends after 500,000. */
export const ROOTS = ["/etc", "/usr/local", "/root", "/home", "/var/spool/cron", "/opt"] as const;

/** The most files that an instance lists of one directory, and of all. */
const OF_DIRECTORY = 100;
const MOST = 1000;

/** Files that other keys of a cloud-config say, that a start makes, or that say nothing. */
const SAID = [
  "/etc/(machine-id|hostname|hosts|localtime|timezone|TZ|shells|passwd|group|shadow|gshadow|subuid|subgid)",
  "/etc/(shadow|gshadow|passwd|group)[-.].*",
  "/etc/ssh/ssh_host_.*",
  "/etc/apk/world",
  "/etc/runlevels/.*",
  "/etc/(netplan|sudoers\\.d|ssh/sshd_config\\.d|systemd/network|network/interfaces\\.d)/[0-9]+-cloud-init.*",
  "/etc/systemd/(user|system)/([^/]*/)*\\.#.*",
  "/(root|home/[^/]*)/\\.ssh/authorized_keys",
  "/(root|home/[^/]*)/\\.(lesshst|rnd|motd_shown|selected_editor|sqlite_history|mysql_history|psql_history|node_repl_history)",
  ".*\\.(dpkg-(old|dist|new|bak)|ucf-(old|dist|new)|apk-new|rpmnew|rpmsave|sw[op])",
  ".*/\\.git/.*",
] as const;

function pattern(all: readonly string[]): string {
  return `/^(${all.join("|").replaceAll("/", "\\/")})$/`;
}

/**
 * `lxops_made SINCE` tells everything. What is not older than `SINCE`, when the instance was created, was made in it. Where
 * the programs of the image are older, its root filesystem is a copy of blocks, and then times of change count, too,
 * as no program can set them.
 */
export const MADE = OWN_PACKAGES + String.raw`
lxops_made() {
  since=$1
  lxops_sweep
  for folder in /run /tmp /var/lib; do
    look=$(mktemp -d "$folder/lxops-look.$$.XXXXXX") && break
  done
  [ -d "$look" ] || return
  trap 'rm -rf "$look"' EXIT
  trap 'exit 1' HUP INT PIPE TERM
  median=$(find /bin /sbin /usr/bin /usr/sbin -maxdepth 1 -type f -exec stat -c %Z '{}' + | head -n 5000 |
    sort -n | awk '{ time[NR] = $1 } END { print time[int((NR + 1) / 2)] + 0 }')
  changed=99999999999
  if [ "$median" -gt 0 ] && [ "$median" -lt "$((since - 1))" ]; then
    changed=$((median + 60))
    if [ "$changed" -gt "$since" ]; then changed=$since; fi
  fi
  lxops_made_system
  lxops_made_packages
  lxops_made_accounts
  lxops_made_units
  lxops_made_files
  rm -rf "$look"
}
lxops_newer() {
  stat -c "%Y %Z" -- "$1" | awk -v s="$since" -v c="$changed" '$1 + 0 >= s + 0 || $2 + 0 >= c + 0 { found = 1 } END { exit !found }'
}
lxops_lines() { [ ! -f "$2" ] || [ -L "$2" ] || head -c "$3" "$2" | tr -d '\000' | sed "s/^/$1$lxops_tab/"; }
lxops_made_system() {
  if [ -f /etc/os-release ]; then head -c 4096 /etc/os-release | sed "s/^/release$lxops_tab/"; fi
  for program in dpkg-query apk opkg pacman xbps-query zypper dnf rpm; do
    if command -v $program >/dev/null; then printf '\nmanager\t%s' $program; fi
  done
  printf '\nmedian\t%s\nchanged\t%s\n' "$median" "$changed"
  if lxops_newer /etc/localtime || { [ -f /etc/timezone ] && lxops_newer /etc/timezone; }; then
    zone=$(readlink /etc/localtime | sed -n 's,^.*/zoneinfo/,,p')
    [ -n "$zone" ] || zone=$(head -c 200 /etc/timezone | head -n 1)
    printf 'zone\t%s\n' "$zone"
  fi
  [ ! -f /etc/hostname ] || printf 'hostname\t%s\n' "$(head -c 300 /etc/hostname | head -n 1)"
  lxops_lines hosts /etc/hosts 16384
  echo
}
lxops_made_packages() {
  if [ -f /var/lib/dpkg/status ]; then
    command -v apt-mark >/dev/null || return 0
    printf 'looked\tapt\n'
    find /var/lib/dpkg/info -name '*.list' -exec stat -c "list$lxops_tab%Y$lxops_tab%Z$lxops_tab%n" '{}' + >"$look/lists"
    for log in /var/log/dpkg.log*; do
      case $log in *.gz) gzip -dc "$log" ;; *) cat "$log" ;; esac
    done | head -n 300000 | awk -v day="$(date -d "@$((since - 86400))" +%Y-%m-%d)" '
      $1 >= day && ($3 == "install" || $3 == "upgrade") { sub(/:.*/, "", $4); print ($3 == "install" && $5 == "<none>" ? "install" : "upgrade") "\t" $4 }' >"$look/log"
    apt-mark showmanual | head -n 20000 | sed "s/^/manual$lxops_tab/" | cat "$look/lists" "$look/log" - | awk -F"$lxops_tab" -v s="$since" -v c="$changed" '
      $1 == "list" { if ($2 + 0 < s + 0 && $3 + 0 < c + 0) next; name = $4; sub(/^.*\//, "", name); sub(/(:[a-z0-9]+)?\.list$/, "", name); new[name] = 1; next }
      $1 == "install" { installed[$2] = 1; next }
      $1 == "upgrade" { upgraded[$2] = 1; next }
      { name = $2; sub(/:.*/, "", name) }
      name in new && (name in installed || !(name in upgraded)) { print "package\t" $2 }' | head -n 2000
    return
  fi
  [ -f /etc/apk/world ] || return 0
  printf 'looked\tapk\n'
  lxops_newer /etc/apk/world || return 0
  head -c 262144 /etc/apk/world | tr ' ' '\n' | sed 's/[<>=~@].*//' | grep . >"$look/world"
  for base in /lib/apk/db/installed /usr/lib/apk/db/installed; do
    [ -f "$base" ] || continue
    sed "s/^/world$lxops_tab/" "$look/world" | cat - "$base" | awk -F"$lxops_tab" '
      $1 == "world" { wanted[$2] = 1; next }
      /^P:/ { name = substr($0, 3); told = 0; next }
      /^F:/ { folder = substr($0, 3); next }
      /^R:/ && !told && name in wanted { told = 1; print name "\t/" folder "/" substr($0, 3) }' | head -n 5000 >"$look/first"
    cut -f2 "$look/first" | tr '\n' '\000' | xargs -0 stat -c "%Y %Z %n" | awk -v s="$since" -v c="$changed" '
      part == 1 { at = index($0, "\t"); name[substr($0, at + 1)] = substr($0, 1, at - 1); next }
      $1 + 0 < s + 0 && $2 + 0 < c + 0 { path = $0; sub(/^[^ ]* [^ ]* /, "", path); print name[path] }' part=1 "$look/first" part=2 - >"$look/old"
  done
  [ -f "$look/old" ] || : >"$look/old"
  awk 'part == 1 { old[$0] = 1; next } !($0 in old) { print "package\t" $0 }' part=1 "$look/old" part=2 "$look/world" | head -n 2000
}
lxops_made_accounts() {
  awk -F: 'NR > 100000 { exit } $1 == "root" || $3 >= 1000 && $3 < 60000 { print "user\t" $0 }' /etc/passwd | head -n 500 >"$look/users"
  { cat /var/lib/dpkg/info/*.preinst /var/lib/dpkg/info/*.postinst /var/lib/dpkg/info/*.config; cat /usr/lib/sysusers.d/*.conf
    cat /usr/share/base-passwd/passwd.master /lib/apk/db/scripts.tar /usr/lib/apk/db/scripts.tar
  } | tr '\000' '\n' >"$look/scripts"
  awk -F: 'NR > 100000 { exit } $3 >= 100 && $3 < 1000 { print $1 }' /etc/passwd | head -n 200 | while IFS= read -r name; do
    grep -qwF -e "$name" "$look/scripts" || N=$name awk -F: '$1 == ENVIRON["N"] { print "user\t" $0; exit }' /etc/passwd
  done >>"$look/users"
  cat "$look/users"
  awk 'NR > 20000 { exit } { print "group\t" $0 }' /etc/group
  [ ! -f /etc/shadow ] || awk -F: 'NR > 100000 { exit } $2 != "" && $2 !~ /^[!*]/ { print "password\t" $1 }' /etc/shadow | head -n 500
  cut -f2- "$look/users" | while IFS=: read -r name x uid gid gecos home shell; do
    file=$home/.ssh/authorized_keys
    if [ -f "$file" ] && [ ! -L "$file" ]; then head -c 65536 "$file" | head -n 200 | tr -d '\000\t' | sed "s/^/key$lxops_tab$name$lxops_tab/"; echo; fi
  done
}
lxops_made_units() {
  if [ -d /etc/systemd/system ] && command -v systemctl >/dev/null; then
    helper=/var/lib/systemd/deb-systemd-helper-enabled
    booted=$(stat -c %Y /etc/machine-id)
    for link in /etc/systemd/system/*.wants/* /etc/systemd/system/*.requires/*; do
      [ -L "$link" ] || continue
      lxops_newer "$link" || continue
      unit=${"${link##*/}"} from=$(readlink "$link")
      case $from in
        /etc/* | /usr/local/*) ;;
        *)
          if [ -d $helper ]; then
            [ ! -e "$helper/$unit.dsh-also" ] || continue
            # The first start of a system enables what its presets say.
            [ "$(($(stat -c %Y "$link") - booted))" -gt 5 ] || continue
          else
            case $(systemctl list-unit-files --no-legend --no-pager -- "$unit" | awk '{ print $3 }') in enabled) continue ;; esac
          fi
          ;;
      esac
      printf 'unit\tenable\t%s\t%s\n' "$(systemctl is-active -- "$unit")" "$unit"
    done | sort -u | head -n 500
    for link in /etc/systemd/system/*; do
      if [ -L "$link" ] && [ "$(readlink "$link")" = /dev/null ] && lxops_newer "$link"; then printf 'unit\tmask\t-\t%s\n' "${"${link##*/}"}"; fi
    done | head -n 500
    for also in $helper/*.dsh-also; do
      [ -f "$also" ] || continue
      unit=${"${also##*/}"} unit=${"${unit%.dsh-also}"}
      [ ! -e "/etc/systemd/system/$unit" ] || continue
      while IFS= read -r link; do
        case $link in /etc/systemd/system/*.wants/*) ;; *) continue ;; esac
        [ -L "$link" ] || ! lxops_newer "${"${link%/*}"}" || printf 'unit\tdisable\t-\t%s\n' "$unit"
      done <"$also"
    done | sort -u | head -n 500
  fi
  for link in /etc/runlevels/*/*; do
    [ -L "$link" ] && lxops_newer "$link" || continue
    level=${"${link%/*}"}
    printf 'service\t%s\t%s\n' "${"${level##*/}"}" "${"${link##*/}"}"
  done | head -n 500
}
lxops_made_files() {
  lxops_tree | awk -F"$lxops_tab" -v OFS="$lxops_tab" -v since="$since" -v changed="$changed" -v look="$look" '
    {
      seen++
      sub(/\..*/, "", $1); sub(/\..*/, "", $2)
      if ($2 + 0 < since + 0 && $1 + 0 < changed + 0) next
      path = $4
      for (i = 5; i <= NF; i++) path = path OFS $i
    }
    path ~ ${pattern(GENERATED)} || path ~ ${pattern(SAID)} { next }
    { print $2, $3, path >(look "/files"); print path >(look "/paths") }
    END { print seen + 0 >(look "/seen") }'
  printf 'seen\t%s\n' "$(cat "$look/seen")"
  if [ -s "$look/paths" ]; then
    { lxops_dpkg; lxops_apk; lxops_rpm; lxops_made_ucf; lxops_made_skel; } >"$look/own"
    awk -F"$lxops_tab" -v look="$look" '
      function folder(path,  n, part, most) {
        n = split(path, part, "/")
        most = path ~ /^\/(home|usr\/local|var\/spool)\// ? 4 : 3
        if (n <= most) most = n - 1
        path = ""
        for (i = 2; i <= most; i++) path = path "/" part[i]
        return path
      }
      part == 1 { own[$0] = 1; next }
      { path = substr($0, length($1) + length($2) + 3) }
      part == 2 { if (!(path in own)) { count++; of[folder(path)]++; bytes[folder(path)] += $2 } next }
      path in own { next }
      of[folder(path)] <= ${OF_DIRECTORY} { print path >(look "/told") }
      END {
        printf "total\t%d\n", count
        for (one in of) if (of[one] > ${OF_DIRECTORY}) printf "many\t%d\t%.0f\t%s\n", of[one], bytes[one], one
      }' part=1 "$look/own" part=2 "$look/files" part=3 "$look/files" >"$look/sums"
    grep "^total$lxops_tab" "$look/sums"
    grep "^many$lxops_tab" "$look/sums" | sort -t "$lxops_tab" -k 2,2nr | head -n 100
    if [ -s "$look/told" ]; then
      sort "$look/told" | head -n ${MOST} >"$look/shown"
      tr '\n' '\000' <"$look/shown" | xargs -0 stat -c "file$lxops_tab%a$lxops_tab%U$lxops_tab%G$lxops_tab%s$lxops_tab%F$lxops_tab%n" --
      while IFS= read -r path; do
        [ -L "$path" ] || continue
        target=$(readlink "$path")
        printf 'link\t%s\t%s\n' "$(printf %s "$target" | tr '\n\t' '??')" "$path"
      done <"$look/shown"
      awk '{ while (sub(/\/[^\/]*$/, "") && $0 != "") if (!seen[$0]++) print }' "$look/shown" | tr '\n' '\000' | xargs -0 stat -c "folder$lxops_tab%a$lxops_tab%U$lxops_tab%G$lxops_tab%n" --
    fi
  else printf 'total\t0\n'
  fi
  printf 'odd\t%s\n' "$(lxops_odd_names)"
}
lxops_made_ucf() {
  [ -f /var/lib/ucf/hashfile ] || return 0
  awk 'part == 1 { wanted[$0] = 1; next } $2 in wanted { print $1 "  " $2 }' part=1 "$look/paths" part=2 /var/lib/ucf/hashfile >"$look/ucf"
  if [ -s "$look/ucf" ]; then md5sum -c "$look/ucf" | sed -n 's/: OK$//p'; fi
}
lxops_made_skel() {
  grep -E '^/(root|home/[^/]*)/\.[^/]*$' "$look/paths" | head -n 500 | while IFS= read -r path; do
    if [ ! -L "$path" ] && cmp -s "$path" "/etc/skel/${"${path##*/}"}"; then printf '%s\n' "$path"; fi
  done
}
`;

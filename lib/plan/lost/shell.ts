/**
 * The shell functions that find the files which a rebuild would destroy. They run in dash, busybox ash and bash, and
 * change nothing but a directory of their own, which they remove.
 *
 * @module
 */

/**
 * Files that are made again by themselves: caches, logs, the databases of package managers and what systems generate.
 * Each is a pattern of awk for a whole path.
 */
export const GENERATED = [
  "/(etc|lib|usr/lib|usr/share)/([^/]*/)*[^/]*\\.cache",
  "/etc/(alternatives|rc.\\.d|ssl/certs|ca-certificates)/.*",
  "/etc/(ld\\.so\\.cache|mtab|resolv\\.conf|adjtime|\\.pwd\\.lock|\\.updated|ca-certificates\\.conf)",
  "/etc/(passwd|group|shadow|gshadow|subuid|subgid)-",
  "/etc/systemd/system/[^/]*\\.(wants|requires)/.*",
  "/var/\\.updated",
  "/var/(backups|spool/postfix/(pid|private|public))/.*",
  "/var/lib/(apk|apt|dpkg|rpm|dnf|pacman|opkg|xbps|systemd|dhcp|dhcpcd|dbus|misc|ucf|logrotate|man-db|pam|python|polkit-1|private|sgml-base|xml-core|initramfs-tools|update-rc\\.d|rpm-state|NetworkManager|chrony)/.*",
  "/var/lib/(logrotate\\.status|logrotate/status|alternatives/.*)",
  "/(lib|usr/lib)/(apk|opkg|sysimage|modules)/.*",
  "/usr/share/(mime|icons|glib-2\\.0/schemas|info|fonts)/([^/]*/)*(mime\\.cache|[^/]*\\.cache|gschemas\\.compiled|dir|icon-theme\\.cache)",
  ".*/__pycache__/.*",
  ".*\\.(pyc|pyo)",
  "/(root|home/[^/]*)/\\.(cache|local/share/Trash)/.*",
  "/(root|home/[^/]*)/\\.(bash_history|ash_history|sh_history|zsh_history|python_history|lesshst|viminfo|wget-hsts|sudo_as_admin_successful)",
  ".*/lost\\+found/.*",
  "/\\.dockerenv",
] as const;

/** The most files that the list has, the largest of them. */
export const MOST = 2000;

/**
 * `lxops_sweep` removes the directories of looks that were killed.
 * `lxops_own_packages` prints the candidates that are unchanged files of packages. Packages of dpkg have MD5 sums and lists,
 * those of apk SHA-1 sums, and those of rpm sizes and times.
 */
export const OWN_PACKAGES = String.raw`
lxops_sweep() {
  [ -d "/proc/$$" ] || return 0
  for old in /run/lxops-look.* /tmp/lxops-look.* /var/lib/lxops-look.* /var/lib/lxops/lxops-look.*; do
    pid=${"${old#*/lxops-look.}"}
    pid=${"${pid%%.*}"}
    case $pid in '' | *[!0-9]*) continue ;; esac
    if [ -O "$old" ] && [ ! -d "/proc/$pid" ]; then rm -rf "$old"; fi
  done
}
lxops_merged() {
  merged=
  for folder in bin sbin lib lib32 lib64 libx32; do
    if [ -L "/$folder" ]; then merged="$merged $folder"; fi
  done
}
lxops_dpkg() {
  [ -f /var/lib/dpkg/status ] || return 0
  lxops_merged
  { sed "s/^/candidate$lxops_tab/" "$look/paths"
    for kind in md5sums list; do
      echo "kind$lxops_tab$kind"
      find /var/lib/dpkg/info -name "*.$kind" -exec cat '{}' +
    done
    echo "kind${"${lxops_tab}"}status"
    cat /var/lib/dpkg/status
  } | M=$merged awk -F"$lxops_tab" -v look="$look" '
    function real(path,  first) {
      split(path, part, "/"); first = part[2]
      return index(" " ENVIRON["M"] " ", " " first " ") && length(path) > length(first) + 1 ? "/usr" path : path
    }
    function known(path) { if (path in wanted) return path; path = real(path); return path in wanted ? path : "" }
    $1 == "candidate" { wanted[substr($0, 11)] = 1; next }
    $1 == "kind" { kind = $2; next }
    kind == "md5sums" { path = known("/" substr($0, 35)); if (path != "") print substr($0, 1, 32) "  " path >(look "/md5"); next }
    kind == "list" { path = known($0); if (path != "") print path >(look "/listed"); next }
    /^Conffiles:/ { conf = 1; next }
    conf && /^ / { n = split($0, word, " "); path = known(word[1]); if (path != "") print word[2] "  " path >(look "/md5"); next }
    { conf = 0 }'
  if [ -s "$look/md5" ]; then md5sum -c "$look/md5" | sed -n 's/: OK$//p'; fi
  if [ -s "$look/listed" ]; then
    while IFS= read -r path; do if [ -L "$path" ]; then printf '%s\n' "$path"; fi; done <"$look/listed"
  fi
}
lxops_apk() {
  for base in /lib/apk/db/installed /usr/lib/apk/db/installed; do
    [ -f "$base" ] || continue
    { sed "s/^/candidate$lxops_tab/" "$look/paths"; cat "$base"; } | awk -v look="$look" '
      /^candidate\t/ { wanted[substr($0, 11)] = 1; next }
      /^F:/ { folder = substr($0, 3); next }
      /^R:/ { path = "/" (folder == "" ? "" : folder "/") substr($0, 3); next }
      /^Z:Q1/ && path in wanted { print substr($0, 5) "\t" path }' >"$look/apk"
    [ -s "$look/apk" ] || return 0
    cut -f2 "$look/apk" | while IFS= read -r path; do
      if [ -L "$path" ]; then printf '%s  %s\n' "$(printf %s "$(readlink "$path")" | sha1sum | cut -c1-40)" "$path"
      elif [ -f "$path" ]; then sha1sum "$path"
      fi
    done | awk '
      BEGIN { code = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"; hex = "0123456789abcdef" }
      part == 1 { at = index($0, "\t"); wanted[substr($0, at + 1)] = substr($0, 1, at - 1); next }
      {
        sum = substr($0, 1, 40) "00"; text = ""
        for (i = 1; i <= 42; i += 3) {
          bits = (index(hex, substr(sum, i, 1)) - 1) * 256 + (index(hex, substr(sum, i + 1, 1)) - 1) * 16 + index(hex, substr(sum, i + 2, 1)) - 1
          text = text substr(code, int(bits / 64) + 1, 1) substr(code, bits % 64 + 1, 1)
        }
        path = substr($0, 43)
        if (substr(text, 1, 27) "=" == wanted[path]) print path
      }' part=1 "$look/apk" part=2 -
    return
  done
}
lxops_rpm() {
  command -v rpm >/dev/null 2>&1 || return 0
  rpm -qa --qf '[%{FILEMTIMES}\t%{FILESIZES}\t%{FILENAMES}\n]' | awk -F"$lxops_tab" '
    part == 1 { wanted[substr($0, length($1) + length($2) + 3)] = $1 FS $2; next }
    { path = substr($0, length($1) + length($2) + 3); if (path in wanted && wanted[path] == $1 FS $2) print path }
  ' part=1 "$look/files" part=2 -
}
`;

/**
 * `lxops_as_left` prints the candidates that are as cloud-config files left them; a file without a hash counts
 * as such.
 * `lxops_lost SINCE` tells the files that are neither as lxops left them, nor of a package. Where
 * lxops noted no whole list, those that are not newer than `SINCE` count as files of the image.
 */
export const LOST = OWN_PACKAGES + String.raw`
lxops_as_left() {
  : >"$look/sums"
  [ -f /var/lib/lxops/left ] || return 0
  { sed "s/^/candidate$lxops_tab/" "$look/paths"; cat /var/lib/lxops/left; } | awk -F"$lxops_tab" -v look="$look" '
    $1 == "candidate" { wanted[substr($0, 11)] = 1; next }
    $NF in wanted && $1 == "sum" { print $2 "  " $NF >(look "/sums"); sums[$NF] = 1 }
    $NF in wanted && $1 == "stat" { stat[$NF] = 1 }
    END { for (path in stat) if (!(path in sums)) print path }'
  if [ -s "$look/sums" ]; then sha256sum -c "$look/sums" | sed -n 's/: OK$//p'; fi
}
lxops_lost() {
  lxops_sweep
  for folder in /var/lib/lxops /run /tmp; do
    look=$(mktemp -d "$folder/lxops-look.$$.XXXXXX") && break
  done
  [ -d "$look" ] || return
  trap 'rm -rf "$look"' EXIT
  trap 'exit 1' HUP INT PIPE TERM
  { lxops_baseline; echo lxops-tree; lxops_tree; } | awk -F"$lxops_tab" -v OFS="$lxops_tab" -v since="$1" -v look="$look" '
    NR == 1 && $1 == "lxops 1" { whole = $2; next }
    $0 == "lxops-tree" && !tree { tree = 1; print (whole == "" ? "none" : whole) >(look "/how"); next }
    !tree { was[substr($0, length($1) + length($2) + 3)] = $1 OFS $2; next }
    {
      seen++
      sub(/\..*/, "", $2)
      path = $4
      for (i = 5; i <= NF; i++) path = path OFS $i
    }
    path in was && was[path] == $2 OFS $3 { next }
    whole != "whole" && $2 + 0 < since + 0 { next }
    path ~ /^(${GENERATED.join("|").replaceAll("/", "\\/")})$/ { next }
    { print $2, $3, path >(look "/files"); print path >(look "/paths") }
    END { print seen + 0 >(look "/seen") }'
  printf 'seen\t%s\nbaseline\t%s\n' "$(cat "$look/seen")" "$(cat "$look/how")"
  if [ -s "$look/paths" ]; then
    { lxops_dpkg; lxops_apk; lxops_rpm; lxops_as_left; } >"$look/own"
    awk -F"$lxops_tab" '
      part == 1 { own[$0] = 1; next }
      { path = substr($0, length($1) + length($2) + 3); if (path in own) next; count++; bytes += $2; print }
      END { printf "total\t%d\t%.0f\n", count, bytes }' part=1 "$look/own" part=2 "$look/files" >"$look/lost"
    grep "^total$lxops_tab" "$look/lost"
    grep -v "^total$lxops_tab" "$look/lost" | sort -t "$lxops_tab" -k 2,2nr | head -n ${MOST} |
      awk -F"$lxops_tab" -v OFS="$lxops_tab" '
        part == 1 { left[substr($0, 67)] = 1; next }
        { path = substr($0, length($1) + length($2) + 3); print (path in left ? "edited" : "file"), $0 }
      ' part=1 "$look/sums" part=2 -
  else printf 'total\t0\t0\n'
  fi
  rm -rf "$look"
  printf 'odd\t%s\n' "$(lxops_odd_names)"
}
`;

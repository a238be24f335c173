/**
 * Shell functions for the host name, time zone and locale of a system.
 *
 * @module
 */

/**
 * `lxops_hostname NAME [make]`, and `lxops_hosts ADDRESS FULL SHORT [whole]`, which takes the names that the
 * instance has where the file gives none.
 */
export const SYSTEM = String.raw`
lxops_hostname() {
  if [ -n "$2" ] || [ -e /etc/hostname ]; then
    printf '%s\n' "$1" >/etc/hostname && chmod 0644 /etc/hostname || return
  fi
  hostname "$1" 2>/dev/null || hostnamectl set-hostname "$1" 2>/dev/null ||
    printf '%s\n' "$1" 2>/dev/null >/proc/sys/kernel/hostname ||
    echo "lxops: the host name changes with the next start"
}
lxops_hosts() {
  short=$3 full=$2
  [ -n "$short" ] || short=$(cat /etc/hostname 2>/dev/null || uname -n)
  [ -n "$full" ] || full=$short
  case $short in *.*) short=$(echo "$short" | cut -d. -f1) ;; esac
  if [ -n "$4" ]; then
    printf '%s\n' '# Made by lxops' "$1 $full $short" '127.0.0.1 localhost' '' \
      '::1 localhost ip6-localhost ip6-loopback' 'ff02::1 ip6-allnodes' 'ff02::2 ip6-allrouters' >/etc/hosts.lxops
  else
    [ -e /etc/hosts ] || : >/etc/hosts
    awk -v a="$1" -v f="$full" -v s="$short" '
      { print }
      $1 == a && $2 == f { for (i = 3; i <= NF; i++) if ($i == s) found = 1 }
      END { if (!found) print a " " f " " s }' /etc/hosts >/etc/hosts.lxops || return
  fi
  chmod 0644 /etc/hosts.lxops
  mv -f /etc/hosts.lxops /etc/hosts 2>/dev/null || { cat /etc/hosts.lxops >/etc/hosts && rm /etc/hosts.lxops; }
}
`;

/**
 * `lxops_later SECONDS PROGRAM` runs a program after the script has ended, in a session of its own if the system has
 * `setsid`.
 */
export const LATER = String.raw`
lxops_later() {
  if command -v setsid >/dev/null 2>&1; then
    setsid /bin/sh -c "sleep $1; exec $2" </dev/null >/dev/null 2>&1 &
  else
    (trap '' HUP && sleep "$1" && exec "$2") </dev/null >/dev/null 2>&1 &
  fi
}
`;

/** \`lxops_timezone NAME\`: links the zone, whose data is installed where it is missing. */
export const TIMEZONE = String.raw`
lxops_timezone_uci() {
  if [ ! -e "$zone" ]; then
    case $1 in */*) package=$(echo "$1" | cut -d/ -f1 | tr 'A-Z' 'a-z') ;; *) package=core ;; esac
    lxops_install "zoneinfo-$package" || return
  fi
  rule=$(tail -n 1 "$zone") && uci set "system.@system[0].zonename=$1" && uci set "system.@system[0].timezone=$rule" &&
    uci commit system && /etc/init.d/system reload
}
lxops_timezone() {
  zone=/usr/share/zoneinfo/$1
  if command -v uci >/dev/null 2>&1; then
    lxops_timezone_uci "$1"
    return
  fi
  if [ ! -e "$zone" ]; then
    if command -v setup-timezone >/dev/null 2>&1; then
      setup-timezone -z "$1"
      return
    fi
    lxops_install tzdata || return
  fi
  if [ ! -e "$zone" ]; then
    if command -v timedatectl >/dev/null 2>&1; then
      timedatectl set-timezone "$1"
      return
    fi
    echo "lxops: there is no time zone $1"
    return 1
  fi
  ln -sf "$zone" /etc/localtime && printf '%s\n' "$1" >/etc/timezone && chmod 0644 /etc/timezone
}
`;

/** \`lxops_locale_SYSTEM NAME FILE\`: makes the locale where that has to be done, and writes it down. */
export const LOCALE = String.raw`
lxops_locale_write() {
  mkdir -p "$(dirname "$2")" && printf '%s\n' "$1" >"$2" && chmod 0644 "$2"
}
lxops_locale_make() {
  case $1 in C | POSIX | [Cc].[Uu][Tt][Ff]-8 | [Cc].[Uu][Tt][Ff]8) return 0 ;; esac
  supported=$(awk -v n="$1" '
    $1 == n { print; found = 1; exit }
    $1 == n ".UTF-8" { better = $0 }
    END { if (!found && better != "") print better }' /usr/share/i18n/SUPPORTED 2>/dev/null)
  if [ -z "$supported" ]; then
    case $1 in *.*) supported="$1 $(echo "$1" | cut -d. -f2)" ;; *) supported="$1.UTF-8 UTF-8" ;; esac
  fi
  grep -qxF -e "$supported" /etc/locale.gen 2>/dev/null || printf '%s\n' "$supported" >>/etc/locale.gen || return
  locale-gen
}
lxops_locale_debian() {
  if ! command -v locale-gen >/dev/null 2>&1; then lxops_install locales || return; fi
  lxops_locale_make "$1" && update-locale --locale-file="$2" "LANG=$1"
}
lxops_locale_alpine() {
  lxops_locale_write "export CHARSET=UTF-8
export LANG=$1
export LC_COLLATE=C" "$2"
}
lxops_locale_other() {
  if [ -e /etc/locale.gen ]; then lxops_locale_make "$1" || return; fi
  lxops_locale_write "LANG=$1" "$2"
}
`;

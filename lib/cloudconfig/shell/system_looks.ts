/**
 * Shell functions that look at the settings of the system of an instance and change nothing. Each fact is a line with tabs
 * between its fields, the name last. They run in dash, busybox ash and bash.
 *
 * @module
 */

/**
 * `lxops_look_resolver` tells whether the network's settings, as those of DHCP, are in /etc/resolv.conf: a program
 * says there that it made the file, or all name servers are those of a lease or the gateway.
 */
export const LOOK_RESOLVER = String.raw`
lxops_look_resolver() {
  [ -f /etc/resolv.conf ] || return 0
  {
    find /var/lib/dhcp /var/lib/dhclient -maxdepth 1 -name '*.leases' -type f -size -2048 \
      -exec sed -n 's/.*domain-name-servers \([^;]*\);.*/\1/p' {} +
    find /run/systemd/netif/leases -maxdepth 1 -type f -size -2048 -exec sed -n 's/^DNS=//p' {} +
    awk '$2 == "00000000" && length($3) == 8 { print $3 }' /proc/net/route
  } | tail -n 100 | tr ', ' '\n\n' | awk '
    function byte(text, at) { return (index(hex, substr(text, at, 1)) - 1) * 16 + index(hex, substr(text, at + 1, 1)) - 1 }
    BEGIN { hex = "0123456789ABCDEF" }
    part == 1 && /^[0-9A-F]*$/ && length($0) == 8 { $0 = byte($0, 7) "." byte($0, 5) "." byte($0, 3) "." byte($0, 1) }
    part == 1 { given[$0] = 1; next }
    FNR > 1000 { exit }
    /^[#;].*([Gg]enerated by|managed by|Dynamic resolv\.conf)/ { made = 1 }
    $1 == "nameserver" { if ($2 in given) known++; else other++ }
    END { if (made || known && !other) print "network\t/etc/resolv.conf" }' part=1 - part=2 /etc/resolv.conf
}
`;

/**
 * `lxops_look_start` tells whether the instance is still starting its services: until systemd says so itself, it is at the
 * very beginning.
 */
export const LOOK_START = String.raw`
lxops_look_start() {
  case $(readlink /proc/1/exe) in *systemd) ;; *) return 0 ;; esac
  case $(systemctl is-system-running) in
    running | degraded | maintenance | stopping) ;;
    *) printf 'starting\t\n' ;;
  esac
}
`;

/**
 * Functions about the system: `lxops_look_zone NAME`, `lxops_look_hostname`, `lxops_look_hosts ADDRESS FULL SHORT`,
 * `lxops_look_sshd KEYWORD` and `lxops_look_mount FIELD`.
 */
export const LOOK_SYSTEM = String.raw`
lxops_line() { [ ! -f "$1" ] || head -c 4096 "$1" | head -n 1 | tr -d '\t'; }
lxops_look_zone() {
  if command -v uci >/dev/null 2>&1; then
    printf 'zone\t%s\t\t\t\n' "$(uci get 'system.@system[0].zonename')"
    return
  fi
  link=$(readlink /etc/localtime) real=$(readlink -f /etc/localtime)
  if [ -f /etc/localtime ] && [ -f "/usr/share/zoneinfo/$1" ] && cmp -s /etc/localtime "/usr/share/zoneinfo/$1"; then
    same=same
  else same=; fi
  printf 'zone\t%s\t%s\t%s\t%s\n' "$link" "$real" "$same" "$(lxops_line /etc/timezone)"
}
lxops_look_hostname() { printf 'hostname\t%s\t%s\n' "$(lxops_line /etc/hostname)" "$(uname -n)"; }
lxops_look_hosts() {
  [ -f /etc/hosts ] || return 0
  short=$3 full=$2
  [ -n "$short" ] || short=$(lxops_line /etc/hostname)
  [ -n "$short" ] || short=$(uname -n)
  [ -n "$full" ] || full=$short
  case $short in *.*) short=$(echo "$short" | cut -d. -f1) ;; esac
  awk -v a="$1" -v f="$full" -v s="$short" '
    NR > 100000 { exit }
    $1 == a && $2 == f { for (i = 3; i <= NF; i++) if ($i == s) found = 1 }
    END { if (found) print "hosts\tthere" }' /etc/hosts
}
lxops_look_sshd() {
  keyword=$1
  set -- /etc/ssh/sshd_config.d/*.conf
  # Without this line, sshd does not read the directory.
  [ ! -f /etc/ssh/sshd_config ] ||
    grep -Eiq '^[[:space:]]*Include[[:space:]].*sshd_config\.d/' /etc/ssh/sshd_config || set --
  for file in "$@" /etc/ssh/sshd_config; do
    [ -f "$file" ] || continue
    head -c 1048576 "$file" | awk -v k="$keyword" '
      tolower($1) == "match" { exit }
      tolower($1) == tolower(k) { print "sshd\t" $2 "\t" k; exit }'
  done | head -n 1
}
lxops_look_mount() {
  [ ! -f /etc/fstab ] || F=$1 awk 'NR > 10000 { exit } $2 == ENVIRON["F"] { print "fstab\t" $1, $2, $3, $4, $5, $6 "\t" $2 }' /etc/fstab
  F=$1 awk -v OFS="$lxops_tab" '
    $2 == ENVIRON["F"] { flags = $4; found = 1 }
    END { if (found) { print "mounted", ENVIRON["F"]; print "flags", flags, ENVIRON["F"] } }' /proc/mounts
}
`;

/** `lxops_look_locale NAME` tells whether a locale was made, where the system has the definitions of locales. */
export const LOOK_LOCALE = String.raw`
lxops_look_locale() {
  [ -e /etc/locale.gen ] && [ -e /usr/share/i18n/SUPPORTED ] && command -v locale >/dev/null 2>&1 || return 0
  locale -a | N=$1 awk '
    function same(name) {
      at = index(name, ".")
      if (!at) return name
      end = substr(name, at)
      gsub("-", "", end)
      return substr(name, 1, at - 1) tolower(end)
    }
    NR > 10000 { exit }
    same($0) == same(ENVIRON["N"]) || index($0, ENVIRON["N"] ".") == 1 { found = 1 }
    END { print "locale\t" (found ? "made" : "missing") "\t" ENVIRON["N"] }'
}
`;

/** `lxops_look_trust FILE` tells which of the certificates of `lxops_content` a file of certificates has, if it exists. */
export const LOOK_TRUST = String.raw`
lxops_look_trust() {
  [ -f "$1" ] || return 0
  lxops_content | awk -v file="$1" '
    part == 1 { want[$0] = ++n; next }
    FNR == 1 { print "bundle\t" file }
    FNR > 1000000 { exit }
    /^-----BEGIN .*CERTIFICATE-----/ { body = ""; inside = 1; next }
    /^-----END / { if (inside && body in want) print "certificate\t" want[body] "\t" file; inside = /-BEGIN /; body = ""; next }
    inside && length(body) < 65536 { gsub(/[ \t\r]/, ""); body = body $0 }' part=1 - part=2 "$1"
}
`;

/**
 * Shell functions for services and for sshd's configuration.
 *
 * @module
 */

/**
 * `lxops_service ACTION NAME...` acts on the first of these services that there is; none is no failure. `lxops_enable
 * NAME...` lets the first of them start with the system, where systemd or OpenRC does that.
 */
export const SERVICES = String.raw`
lxops_service() {
  action=$1
  shift
  for service in "$@"; do
    if [ -d /run/systemd/system ]; then
      systemctl cat "$service" >/dev/null 2>&1 || continue
      systemctl "$action" "$service"
      return
    elif [ -x "/etc/init.d/$service" ]; then
      if [ "$action" = try-restart ]; then
        "/etc/init.d/$service" status >/dev/null 2>&1 || return 0
        action=restart
      fi
      "/etc/init.d/$service" "$action"
      return
    fi
  done
}
lxops_enable() {
  for service in "$@"; do
    if [ -d /run/systemd/system ]; then
      systemctl cat "$service" >/dev/null 2>&1 || continue
      systemctl -q is-enabled "$service" || systemctl -q enable "$service" ||
        echo "lxops: the service $service does not start with the system"
      return 0
    elif [ -d /etc/runlevels ] && [ -x "/etc/init.d/$service" ]; then
      for link in /etc/runlevels/*/"$service"; do if [ -e "$link" ]; then return 0; fi; done
      rc-update add "$service" default || echo "lxops: the service $service does not start with the system"
      return 0
    fi
  done
}
`;

/**
 * `lxops_sshd KEYWORD VALUE` sets a keyword, in a file of its own where sshd reads a directory of them. A new
 * line goes to the top: the first one counts, and what follows a Match is for some connections only. It
 * says so where sshd reads another value before.
 * `lxops_host_key TYPE` makes a host key that is missing.
 */
export const SSHD = String.raw`
lxops_sshd() {
  file=/etc/ssh/sshd_config
  if grep -Eiq '^[[:space:]]*Include[[:space:]]+/etc/ssh/sshd_config\.d/\*\.conf' "$file" 2>/dev/null; then
    file=/etc/ssh/sshd_config.d/50-cloud-init.conf
  fi
  mkdir -p "$(dirname "$file")" || return
  [ -f "$file" ] || (umask 077 && : >"$file") || return
  cp -p "$file" "$file.lxops" &&
    awk -v k="$1" -v v="$2" '
      FNR == NR { if (tolower($1) == tolower(k)) found = 1; next }
      FNR == 1 && !found { print k " " v }
      tolower($1) == tolower(k) { print k " " v; next }
      { print }
      ' "$file" "$file" >"$file.lxops" || return
  [ -s "$file.lxops" ] || printf '%s %s\n' "$1" "$2" >"$file.lxops" || return
  mv "$file.lxops" "$file" || return
  case $file in *.d/*) lxops_sshd_first "$1" "$2" ;; esac
}
lxops_sshd_first() {
  for file in /etc/ssh/sshd_config.d/*.conf; do
    have=$(awk -v k="$1" '
      tolower($1) == "match" { exit }
      tolower($1) == tolower(k) { print tolower($2); exit }' "$file")
    [ -n "$have" ] || continue
    [ "$have" = "$2" ] || echo "lxops: $1 stays $have: sshd takes it from $file, which it reads first"
    return 0
  done
}
lxops_host_key() {
  if [ -e "/etc/ssh/ssh_host_$1_key" ]; then return 0; fi
  if ! command -v ssh-keygen >/dev/null 2>&1; then
    echo "lxops: there is no ssh-keygen to make a host key with"
    return 0
  fi
  mkdir -p /etc/ssh && ssh-keygen -q -t "$1" -N '' -f "/etc/ssh/ssh_host_$1_key"
}
`;

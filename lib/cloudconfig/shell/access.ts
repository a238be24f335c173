/**
 * Shell functions for passwords and for rules of sudo and doas.
 *
 * @module
 */

/**
 * Functions for passwords of the user `$name`. A field that is empty, or only `!` and `*`, is no password. chpasswd
 * reads new passwords from standard input.
 */
export const PASSWORDS = String.raw`
lxops_shadow() { awk -F: -v n="$name" '$1 == n { print $2; exit }' /etc/shadow; }
lxops_no_password() {
  case $(lxops_shadow) in '' | '!' | '!!' | '*' | '!*' | x) return 0 ;; esac
  return 1
}
lxops_chpasswd() {
  if command -v chpasswd >/dev/null 2>&1; then
    chpasswd "$@"
    return
  fi
  IFS= read -r line
  value=$(printf '%s\n' "$line" | cut -d: -f2-)
  if [ -n "$1" ]; then lxops_set_field /etc/shadow 2 "$value"
  else printf '%s\n%s\n' "$value" "$value" | passwd "$name" >/dev/null
  fi
}
lxops_random_password() {
  made=$(LC_ALL=C tr -dc 'A-HJ-NP-Za-km-z2-9' </dev/urandom | head -c 20)
  printf '%s:%s\n' "$name" "$made" | lxops_chpasswd && echo "lxops: the password of user $name is $made"
}
lxops_blank_password() { lxops_set_field /etc/shadow 2 ''; }
lxops_expire() { lxops_set_field /etc/shadow 3 0; }
lxops_lock() {
  case $(lxops_shadow) in '!'* | '*') return 0 ;; esac
  lxops_set_field /etc/shadow 2 "!$(lxops_shadow)"
}
lxops_unlock() {
  if lxops_no_password; then return 0; fi
  case $(lxops_shadow) in '!'*) lxops_set_field /etc/shadow 2 "$(lxops_shadow | sed 's/^!*//')" ;; esac
}
`;

/**
 * `lxops_sudo NAME HOW` and `lxops_doas NAME HOW`: standard input becomes the rules of a user; none takes away
 * those that lxops made. How a system is treated that lacks the directory: `make` makes it, `tell` says that the
 * rules are left out, `or-doas` does so unless they are there for doas, and `quiet` leaves them out.
 */
export const RIGHTS = String.raw`
lxops_rules() {
  file=$1 how=$2 directory=$(dirname "$1") rules=$(cat)
  shift 2
  if [ -z "$rules" ]; then
    if [ -f "$file" ] && head -n 1 "$file" | grep -q '^# Made by lxops$'; then rm -f "$file"; fi
    return 0
  fi
  if [ ! -d "$directory" ]; then
    case $how in
      make) mkdir -m 0750 "$directory" || return ;;
      quiet) return 0 ;;
      or-doas) if [ -d /etc/doas.d ]; then return 0; fi ;;
    esac
    if [ "$how" != make ]; then
      echo "lxops: there is no $directory; its rules for the user are left out"
      return 0
    fi
  fi
  new=$(mktemp "$directory/.lxops.XXXXXX") || return
  printf '%s\n' '# Made by lxops' "$rules" >"$new" || return
  if command -v "$1" >/dev/null 2>&1 && ! why=$("$@" "$new" 2>&1); then
    rm -f "$new"
    printf '%s\n' "$why" "lxops: $1 refuses the rules; $file is not written"
    return 1
  fi
  chmod 0440 "$new" && mv -f "$new" "$file"
}
lxops_sudo() { lxops_rules "/etc/sudoers.d/$1" "$2" visudo -cf; }
lxops_doas() {
  if [ -d /etc/doas.d ] || [ "$2" != make ]; then
    lxops_rules "/etc/doas.d/$1.conf" "$2" doas -C
    return
  fi
  while IFS= read -r rule; do
    grep -qxF -e "$rule" /etc/doas.conf 2>/dev/null || (umask 077 && printf '%s\n' "$rule" >>/etc/doas.conf) || return
  done
}
`;

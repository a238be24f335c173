/**
 * The script that gives a new instance of a pool an identity of its own, and what it prints.
 *
 * @module
 */

/**
 * Replaces what several instances of one image would have in common: machine-id, random seeds and, with `$1` as
 * `new`, the host keys of the SSH server. Prints its public host keys. It runs with any shell, and leaves out what the
 * system does not have.
 */
export const IDENTITY_SCRIPT = `: pool
umask 022
random() { head -c "$1" /dev/urandom; }
if [ -s /etc/machine-id ] && [ ! -L /etc/machine-id ] && [ -r /proc/sys/kernel/random/uuid ]; then
  read -r id </proc/sys/kernel/random/uuid
  id=$(printf %s "$id" | tr -d -)
  printf '%s\\n' "$id" >/etc/machine-id
  [ ! -f /var/lib/dbus/machine-id ] || [ -L /var/lib/dbus/machine-id ] || printf '%s\\n' "$id" >/var/lib/dbus/machine-id
fi
for seed in /var/lib/systemd/random-seed /var/lib/urandom/random-seed /var/lib/misc/random-seed \\
  /var/lib/seedrng/seed.credit /var/lib/seedrng/seed.no-credit; do
  [ ! -f "$seed" ] || [ -L "$seed" ] || { rm -f "$seed" && (umask 077 && random 512 >"$seed"); }
done
rm -f /var/lib/systemd/credential.secret
if [ "$1" = new ]; then
  for key in /etc/ssh/ssh_host_*_key; do
    [ -f "$key" ] || continue
    rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
    ssh-keygen -A >/dev/null 2>&1 || exit 3
    if command -v systemctl >/dev/null 2>&1; then
      systemctl try-reload-or-restart ssh.service sshd.service >/dev/null 2>&1
    elif command -v rc-service >/dev/null 2>&1; then
      rc-service -q -i sshd restart >/dev/null 2>&1
    elif [ -r /run/sshd.pid ]; then
      read -r pid </run/sshd.pid && kill -HUP "$pid" 2>/dev/null
    fi
    break
  done
fi
for key in /etc/ssh/ssh_host_*_key.pub; do
  [ -r "$key" ] && read -r kind text _ <"$key" && echo "$kind $text"
done
exit 0
`;

/** The longest output of the script that is read, in characters. */
export const IDENTITY_LIMIT = 16_384;

const KEY = /^(?:ssh-(?:ed25519|rsa|dss)|ecdsa-sha2-nistp(?:256|384|521)) [A-Za-z0-9+/]{40,2000}={0,3}$/;

/** Returns the host keys that the script printed; whatever else is printed is the guest's, and is left out. */
export function hostKeysOf(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => KEY.test(line)).slice(0, 8);
}

/**
 * Shell functions for mounts.
 *
 * @module
 */

/** `lxops_mount FIELD DIRECTORY LINE`: the line replaces that of the same directory in the table. */
export const MOUNTS = String.raw`
lxops_mount() {
  mkdir -p "$2" || return
  [ -e /etc/fstab ] || : >/etc/fstab
  cp -p /etc/fstab /etc/fstab.lxops &&
    F=$1 L=$3 awk '$2 != ENVIRON["F"] { print } END { print ENVIRON["L"] }' /etc/fstab >/etc/fstab.lxops &&
    mv /etc/fstab.lxops /etc/fstab || return
  if F=$1 awk '$2 == ENVIRON["F"] { found = 1 } END { exit !found }' /proc/mounts 2>/dev/null; then return 0; fi
  mount "$2"
}
`;

/**
 * Shell functions for mounts.
 *
 * @module
 */

/**
 * `lxops_mount FIELD DIRECTORY LINE FLAG...`: the line replaces that of the same directory in the table, and what is mounted
 * there gets the flags that it lacks.
 */
export const MOUNTS = String.raw`
lxops_mount() {
  mkdir -p "$2" || return
  [ -e /etc/fstab ] || : >/etc/fstab
  cp -p /etc/fstab /etc/fstab.lxops &&
    F=$1 L=$3 awk '$2 != ENVIRON["F"] { print } END { print ENVIRON["L"] }' /etc/fstab >/etc/fstab.lxops &&
    mv /etc/fstab.lxops /etc/fstab || return
  options=$(F=$1 awk '$2 == ENVIRON["F"] { all = $4 } END { print all }' /proc/mounts 2>/dev/null) || :
  if [ -z "$options" ]; then
    mount "$2"
    return
  fi
  mount_point=$2 flags= missing=
  shift 3
  for flag; do
    flags=$flags,$flag
    case ",$options," in *",$flag,"*) ;; *) missing="$missing $flag" ;; esac
  done
  [ -z "$missing" ] || mount -o "remount$flags" "$mount_point" || echo "lxops: $mount_point stays mounted without$missing"
}
`;

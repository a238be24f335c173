/**
 * Shell functions that list the files of an instance's root filesystem, and note those that lxops left. They run in
 * dash, busybox ash and bash.
 *
 * @module
 */

/** The path, with and without compression, of the list of files as lxops left them; for root only. */
export const BASELINE = "/var/lib/lxops/baseline";

/**
 * `lxops_tree` prints a line for each file and link of the root filesystem: times of change and modification in
 * seconds, size and path, with tabs between. Mounts are left out, also those of the same filesystem, and so are names
 * with a newline, which `lxops_odd_names` counts. It follows no link and ends after 500,000 files.
 */
export const TREE = treeOf("/");

/** Returns the functions for the files below some directories, which the shell splits into words. */
export function treeOf(roots: string): string {
  return String.raw`
lxops_tab='	' lxops_newline='
'
lxops_mounts() {
  awk '$5 != "/" && $5 !~ /^\/(proc|sys|dev|run)(\/|$)/ && NR <= 1000 {
    path = $5
    gsub(/[][*?\\]/, "\\\\&", path)
    while (match(path, /\\\\[0-7][0-7][0-7]/)) {
      octal = substr(path, RSTART + 2, 3)
      code = substr(octal, 1, 1) * 64 + substr(octal, 2, 1) * 8 + substr(octal, 3, 1)
      if (code == 10) next
      path = substr(path, 1, RSTART - 1) (code == 92 ? "\\\\" : sprintf("%c", code)) substr(path, RSTART + 5)
    }
    print path
  }' /proc/self/mountinfo
}
lxops_find() {
  set -- "$@" -end
  while IFS= read -r point; do set -- -path "$point" -prune -o "$@"; done <<MOUNTS
$(lxops_mounts)
MOUNTS
  for point in /proc /sys /dev /run /tmp /var/tmp /var/cache /var/log /var/lib/lxops; do
    set -- -path "$point" -prune -o "$@"
  done
  rest=
  while [ "$1" != -end ]; do
    set -- "$@" "$1"
    shift
  done
  shift
  find ${roots} -xdev "$@"
} 2>/dev/null
lxops_tree() {
  if find / -maxdepth 0 -printf '' 2>/dev/null; then
    lxops_find ! -path "*$lxops_newline*" '(' -type f -o -type l ')' -printf '%C@\t%T@\t%s\t%p\n'
  else
    lxops_find ! -path "*$lxops_newline*" '(' -type f -o -type l ')' \
      -exec stat -c "%Z$lxops_tab%Y$lxops_tab%s$lxops_tab%n" '{}' +
  fi | head -n 500000
} 2>/dev/null
lxops_odd_names() { lxops_find -path "*$lxops_newline*" -type f -exec printf x ';' | head -c 100000 | wc -c; }
lxops_baseline() {
  if [ -f ${BASELINE}.gz ]; then gzip -dc ${BASELINE}.gz
  elif [ -f ${BASELINE} ]; then cat ${BASELINE}
  fi 2>/dev/null | head -n 500001
}
`;
}

/**
 * `lxops_note_baseline BEGIN END` notes all files that were there at the end. Where the root filesystem is not new, only
 * what changed since the beginning is lxops' own; everything else stays noted as it was, or not noted. The first line
 * tells whether the list is whole.
 */
export const NOTE_BASELINE = String.raw`
lxops_note_baseline() (
  umask 077
  for old in ${BASELINE}.*[0-9]; do [ ! -f "$old" ] || rm -f "$old"; done
  # Each program takes a millisecond, and the directory belongs to root.
  new=${BASELINE}.$$
  { [ -n "$lxops_fresh" ] || lxops_baseline; echo lxops-tree; lxops_tree; } | awk -F"$lxops_tab" -v OFS="$lxops_tab" -v fresh="$lxops_fresh" -v begin="$1" -v end="$2" '
    NR == 1 && $1 == "lxops 1" { whole = $2; next }
    $0 == "lxops-tree" && !tree { tree = 1; print "lxops 1", fresh != "" ? "whole" : whole == "whole" ? whole : "part"; next }
    !tree { if (fresh == "") was[substr($0, length($1) + length($2) + 3)] = $1 OFS $2; next }
    {
      changed = $1; sub(/\..*/, "", changed); sub(/\..*/, "", $2)
      path = substr($0, length($1) + length($2) + length($3) + 4)
      if (changed + 0 <= end + 0 && (fresh != "" || changed + 0 >= begin + 0)) print $2, $3, path
      else if (path in was) print was[path], path
    }' >"$new" || exit
  if gzip -1 <"$new" >"$new.gz"; then mv -f "$new.gz" ${BASELINE}.gz && rm -f "$new" ${BASELINE}
  else rm -f "$new.gz" ${BASELINE}.gz && mv -f "$new" ${BASELINE}
  fi
) 2>/dev/null
`;

/**
 * Shell functions for the home directories of users, and who owned them when lxops had applied everything.
 *
 * @module
 */
import { LEFT } from "./looks.ts";

/**
 * `lxops_homes NAME...` tells kind and owner of home directories: each is a line with tabs between its fields, the name
 * of the user last.
 */
export const HOMES = String.raw`
lxops_homes() (
  of=$(U=" $* " awk -F: -v OFS="$lxops_tab" '
    NR > 100000 { exit }
    index(ENVIRON["U"], " " $1 " ") && $6 ~ /^\/./ { print $6, $3, $1 }' /etc/passwd)
  set -f
  IFS='
'
  set -- $(printf '%s\n' "$of" | cut -f 1)
  [ $# -gt 0 ] || exit 0
  { printf '%s\n\n' "$of"; stat -c "%f$lxops_tab%u$lxops_tab%n" -- "$@"; } | awk -F"$lxops_tab" -v OFS="$lxops_tab" '
    $0 == "" { found = 1; next }
    !found { path[++n] = $1; uid[n] = $2; name[n] = $3; next }
    {
      kind = $1 ~ /^4...$/ ? "directory" : $1 ~ /^a...$/ ? "link" : "other"
      for (i = 1; i <= n; i++) if (path[i] == $3 && !told[i]++) print "home", kind, $2, uid[i], path[i], name[i]
    }'
) 2>/dev/null
`;

/** `lxops_note_homes` prints the notes about home directories that belong to their users. */
export const NOTE_HOMES = String.raw`
lxops_note_homes() {
  lxops_homes "$@" | awk -F"$lxops_tab" -v OFS="$lxops_tab" '$2 == "directory" && $3 == $4 { print "home", $3, $5, $6 }'
}
`;

/** `lxops_look_homes NAME...` tells about home directories of which there is a note, and what it says. */
export const LOOK_HOMES = String.raw`
lxops_look_homes() {
  [ -f ${LEFT} ] || return 0
  left=$(U=" $* " awk -F"$lxops_tab" '
    NR > 20000 { exit }
    $1 == "home" && index(ENVIRON["U"], " " $4 " ") { print "was\t" $0 }' ${LEFT})
  [ -n "$left" ] || return 0
  printf '%s\n' "$left"
  set -- $(printf '%s\n' "$left" | cut -f 5)
  lxops_homes "$@" | awk -F"$lxops_tab" -v OFS="$lxops_tab" '{ print "home", $2, $3, $5, $6 }'
}
`;

/**
 * `lxops_keep_home` makes the existing user `$name` the owner of the home directory again, where lxops left it so. It
 * enters the directory first, as another process could put a link in its place meanwhile.
 */
export const KEEP_HOME = String.raw`
lxops_keep_home() (
  [ -f ${LEFT} ] || exit 0
  uid=$(lxops_field 3) kept=$(lxops_field 6)
  awk -F'\t' -v n="$name" -v u="$uid" -v p="$kept" '
    $1 == "home" && $2 == u && $3 == p && $4 == n { found = 1 }
    END { exit !found }' ${LEFT} || exit 0
  [ -d "$kept" ] && [ ! -L "$kept" ] && [ "$(stat -c %u -- "$kept")" != "$uid" ] || exit 0
  cd -P -- "$kept" && [ "$(pwd -P)" = "$kept" ] && chown "$uid" . ||
    echo "lxops: the owner of the home directory of user $name stays"
)
`;

/**
 * Shell functions for apt's sources and keys.
 *
 * @module
 */

/**
 * `lxops_apt_facts` finds what sources can refer to. Keys are kept in their armour, so that nothing but apt has
 * to be there; one that is fetched by its id is checked to have that id, for which gpg is needed.
 */
export const APT_SOURCES = String.raw`
lxops_apt_files() { ls /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null; }
lxops_apt_uris() {
  lxops_apt_files | while read -r list; do
    sed -n -e 's/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\).*/\2/p' -e 's/^URIs: *\([^ ]*\).*/\1/p' "$list"
  done
}
lxops_apt_facts() {
  release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release | tr -d '"')
  mirror=$(lxops_apt_uris | grep -v security | head -n 1)
  security=$(lxops_apt_uris | grep security | head -n 1)
  [ -n "$mirror" ] || mirror=http://deb.debian.org/debian
  [ -n "$security" ] || security=$mirror
  key=
}
lxops_apt_key() {
  key=/etc/apt/$2/$1.asc
  lxops_write "$key" 0644 root:root
}
lxops_apt_fetch_key() {
  case $3 in
    http*) server=$3 ;;
    hkp://*:*) server=http://$(echo "$3" | cut -d/ -f3) ;;
    hkp://*) server=http://$(echo "$3" | cut -d/ -f3):11371 ;;
    *) server=https://$(echo "$3" | sed 's,^hkps://,,') ;;
  esac
  if ! command -v gpg >/dev/null 2>&1; then lxops_install gnupg || return; fi
  directory=$(mktemp -d) || return
  /usr/lib/apt/apt-helper download-file "$server/pks/lookup?op=get&options=mr&search=0x$2" "$directory/key" || {
    rm -r "$directory"
    return 1
  }
  found=$(gpg --homedir "$directory" --with-colons --show-keys "$directory/key" 2>/dev/null |
    awk -F: -v id="$2" '$1 == "fpr" && toupper(substr($10, length($10) - length(id) + 1)) == toupper(id) { print "yes"; exit }')
  if [ "$found" != yes ]; then
    rm -r "$directory"
    echo "lxops: what $server gave is not the key $2"
    return 1
  fi
  lxops_apt_key "$1" "$4" <"$directory/key"
  rm -r "$directory"
}
lxops_apt_rewrite() {
  lxops_apt_files | while read -r list; do
    awk "$@" "$list" | lxops_write "$list.lxops" 0644 root:root || exit
    if cmp -s "$list" "$list.lxops"; then rm "$list.lxops"; else mv "$list.lxops" "$list"; fi || exit
  done
}
lxops_apt_mirror() {
  case $1 in primary) mirror=$2 security=$2 ;; security) security=$2 ;; esac
  lxops_apt_rewrite -v kind="$1" -v to="$2" '
    function mine(suite) { return (suite ~ /-security|\/updates/) == (kind == "security") }
    /^deb(-src)? / {
      at = 2
      if ($2 ~ /^\[/) while ($at !~ /\]$/ && at < NF) at++
      if ($2 ~ /^\[/) at++
      if (mine($(at + 1))) $at = to
    }
    { lines[++n] = $0 }
    /^$/ { flush() }
    END { flush() }
    function flush(i, security) {
      for (i = 1; i <= n; i++) if (lines[i] ~ /^Suites:.*-security/) security = 1
      for (i = 1; i <= n; i++) {
        if (lines[i] ~ /^URIs:/ && security == (kind == "security")) print "URIs: " to
        else print lines[i]
      }
      n = 0
    }'
}
lxops_apt_search() {
  kind=$1
  shift
  for uri in "$@"; do
    host=$(printf '%s\n' "$uri" | sed -e 's,^[a-z+]*:/*,,' -e 's,/.*,,' -e 's,.*@,,' -e 's,:[0-9]*$,,')
    case $uri in file:*) ;; *) getent hosts "$host" >/dev/null 2>&1 || continue ;; esac
    lxops_apt_mirror "$kind" "$uri"
    return
  done
  echo "lxops: none of these mirrors is known to the name servers, so that it stays as it is: $*"
}
lxops_apt_disable() {
  lxops_apt_rewrite -v suite="$1" '
    /^deb(-src)? / {
      at = 2
      if ($2 ~ /^\[/) while ($at !~ /\]$/ && at < NF) at++
      if ($2 ~ /^\[/) at++
      if ($(at + 1) == suite) { print "# " $0; next }
    }
    /^Suites:/ {
      rest = ""
      for (i = 2; i <= NF; i++) if ($i != suite) rest = rest " " $i
      if (rest == "") { print "Enabled: no"; print; next }
      print "Suites:" rest
      next
    }
    { print }'
}
lxops_apt_source() {
  mkdir -p "$(dirname "$1")" || return
  if [ "$3" = replace ] || [ ! -e "$1" ]; then
    printf '%s\n' "$2" | lxops_write "$1" 0644 root:root
  else
    grep -qxF -e "$2" "$1" || printf '%s\n' "$2" >>"$1"
  fi
}
lxops_apt_repository() {
  if ! command -v add-apt-repository >/dev/null 2>&1; then lxops_install software-properties-common || return; fi
  add-apt-repository --yes --no-update -- "$1"
}
`;

/**
 * Shell functions for apt's sources and keys.
 *
 * @module
 */

/**
 * The directory of copies of the lists that lxops wrote, for root only. A source that is added again restores its list,
 * so that lines that others wrote there go; a new source is added to the lines that are there.
 */
const SOURCES = "/var/lib/lxops/sources";

/**
 * `lxops_apt_facts` finds what sources can refer to: the addresses of the distribution's own source, which is in files
 * of its own, has suites of this release and components of the distribution, or, where there is none, those that
 * cloud-init is configured with. Whatever else is in `sources.list.d` belongs to third parties, and is neither asked
 * nor changed. Keys are kept in their armour, so that nothing but apt has to be there; one that is fetched by its id
 * is checked to have that id, for which gpg is needed.
 */
export const APT_SOURCES = String.raw`
lxops_apt_files() {
  for list in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list.d/ubuntu.sources \
    /etc/apt/sources.list.d/raspbian.sources /etc/apt/sources.list.d/debian.list /etc/apt/sources.list.d/ubuntu.list; do
    [ ! -f "$list" ] || printf '%s\n' "$list"
  done
}
lxops_apt_awk='
  function ours(suite, components, base, i, n, words) {
    base = suite
    sub(/[-\/](updates|security|backports|backports-sloppy|proposed|proposed-updates)$/, "", base)
    if (base != release && base !~ /^(stable|oldstable|testing|unstable|sid|devel)$/) return 0
    n = split(components, words)
    for (i = 1; i <= n; i++) {
      if (words[i] ~ /^(main|contrib|non-free|non-free-firmware|restricted|universe|multiverse)$/) return 1
    }
    return 0
  }
  function secure(suite) { return suite ~ /-security$|\/updates$/ }
  function address(i) {
    i = 2
    if ($2 ~ /^\[/) { while ($i !~ /\]$/ && i < NF) i++; i++ }
    return i
  }
  function rest(i, text) { for (; i <= NF; i++) text = text " " $i; return text }
  function field(line, value) { value = line; sub(/^[^:]*:[ \t]*/, "", value); return value }
  '
lxops_apt_uris() {
  lxops_apt_files | while read -r list; do
    awk -v release="$release" "$lxops_apt_awk"'
      function rank(uri) {
        if (uri ~ /^[a-z+]+:\/\/([^\/]*[.])?(debian[.]org|ubuntu[.]com|raspbian[.]org)[:\/]/ && uri !~ /\/\/(ppa|esm)[.]/) return 1
        return uri ~ /\/(debian|debian-security|ubuntu|ubuntu-ports|raspbian)\/?$/ ? 2 : 3
      }
      function tell(uri, suite) { print (secure(suite) ? "security" : "primary"), rank(uri), uri }
      /^deb / { at = address(); if (ours($(at + 1), rest(at + 2))) tell($at, $(at + 1)); next }
      /^[ \t]*$/ { flush(); next }
      /^[ \t]/ { if (name != "") fields[name] = fields[name] " " $0; next }
      /^[A-Za-z-]+:/ { name = tolower($0); sub(/:.*/, "", name); fields[name] = field($0) }
      END { flush() }
      function flush(n, m, i, suites, uris) {
        name = ""
        n = split(fields["suites"], suites)
        m = split(fields["uris"], uris)
        if (tolower(fields["enabled"]) != "no" && (" " fields["types"] " ") ~ / deb /) {
          for (i = 1; i <= n; i++) if (m > 0 && ours(suites[i], fields["components"])) tell(uris[1], suites[i])
        }
        split("", fields)
      }' "$list"
  done
}
lxops_apt_facts() {
  release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release | tr -d '"')
  distribution=$(sed -n 's/^ID=//p' /etc/os-release | tr -d '"')
  architecture=$(dpkg --print-architecture 2>/dev/null) || :
  found=$(lxops_apt_uris | sort -s -k 2,2n)
  mirror=$(printf '%s\n' "$found" | sed -n 's/^primary . //p' | head -n 1)
  security=$(printf '%s\n' "$found" | sed -n 's/^security . //p' | head -n 1)
  key=
  case $distribution:$architecture in
    ubuntu:amd64 | ubuntu:i386) set -- http://archive.ubuntu.com/ubuntu http://security.ubuntu.com/ubuntu ;;
    ubuntu:*) set -- http://ports.ubuntu.com/ubuntu-ports http://ports.ubuntu.com/ubuntu-ports ;;
    *) set -- http://deb.debian.org/debian http://deb.debian.org/debian-security ;;
  esac
  [ -n "$security" ] || [ -z "$mirror" ] || [ "$distribution" != ubuntu ] || security=$mirror
  [ -n "$mirror" ] || mirror=$1
  [ -n "$security" ] || security=$2
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
lxops_apt_choose() {
  to=$2
  case $1 in primary) mirror=$2 security=$2 ;; security) security=$2 ;; esac
}
lxops_apt_mirror() {
  [ -n "$to" ] || return 0
  if ! lxops_apt_uris | grep -q "^$1 "; then
    lxops_apt_add "$1"
    return
  fi
  lxops_apt_rewrite -v release="$release" -v kind="$1" -v to="$to" "$lxops_apt_awk"'
    function mine(suite) { return secure(suite) == (kind == "security") }
    /^deb(-src)? / {
      at = address()
      if (ours($(at + 1), rest(at + 2)) && mine($(at + 1))) $at = to
    }
    { lines[++n] = $0 }
    /^[ \t]*$/ { flush() }
    END { flush() }
    function flush(i, j, m, suites, components, change, skip) {
      for (i = 1; i <= n; i++) {
        if (lines[i] ~ /^Components:/) components = field(lines[i])
        if (lines[i] ~ /^Suites:/) m = split(field(lines[i]), suites)
      }
      for (j = 1; j <= m; j++) if (ours(suites[j], components) && mine(suites[j])) change = 1
      for (i = 1; i <= n; i++) {
        if (skip && lines[i] ~ /^[ \t]+[^ \t]/) continue
        skip = change && lines[i] ~ /^URIs:/
        print skip ? "URIs: " to : lines[i]
      }
      n = 0
    }'
}
lxops_apt_add() {
  case $distribution in ubuntu) name=ubuntu components='main universe restricted multiverse' ;; *) name=debian components=main ;; esac
  suites="$release $release-updates $release-backports"
  if [ "$1" = security ]; then suites=$release-security; fi
  list=/etc/apt/sources.list.d/$name.sources keyring=/usr/share/keyrings/$name-archive-keyring.gpg
  echo "lxops: no source of the distribution is set up; $list gets one"
  {
    [ ! -e "$list" ] || { cat "$list" && echo; }
    printf '%s\n' 'Types: deb' "URIs: $to" "Suites: $suites" "Components: $components"
    [ ! -e "$keyring" ] || echo "Signed-By: $keyring"
  } >"$list.lxops" && lxops_write "$list" 0644 root:root <"$list.lxops"
  rm -f "$list.lxops"
}
lxops_apt_search() {
  kind=$1
  shift
  for uri in "$@"; do
    host=$(printf '%s\n' "$uri" | sed -e 's,^[a-z+]*:/*,,' -e 's,/.*,,' -e 's,.*@,,' -e 's,:[0-9]*$,,')
    case $uri in file:*) ;; *) getent hosts "$host" >/dev/null 2>&1 || continue ;; esac
    lxops_apt_choose "$kind" "$uri"
    return
  done
  echo "lxops: none of these mirrors is known to the name servers, so that it stays as it is: $*"
}
lxops_apt_disable() {
  lxops_apt_rewrite -v suite="$1" '
    /^deb(-src)? / {
      at = 2
      if ($2 ~ /^\[/) { while ($at !~ /\]$/ && at < NF) at++; at++ }
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
lxops_apt_has() { printf '%s\n' "$1" | while IFS= read -r entry; do grep -qxF -e "$entry" "$2" || exit; done; }
lxops_apt_source() {
  mkdir -p "$(dirname "$1")" || return
  copy=${SOURCES}/$(printf '%s\n' "$1" | tr / +)
  if [ "$3" = replace ] || [ ! -e "$1" ]; then
    printf '%s\n' "$2" | lxops_write "$1" 0644 root:root
  elif [ -f "$copy" ] && lxops_apt_has "$2" "$copy"; then
    cmp -s "$copy" "$1" || lxops_write "$1" 0644 root:root <"$copy"
  else
    lxops_apt_has "$2" "$1" || printf '%s\n' "$2" >>"$1"
  fi || return
  (umask 077 && mkdir -p ${SOURCES} && cp "$1" "$copy")
}
lxops_apt_repository() {
  if ! command -v add-apt-repository >/dev/null 2>&1; then lxops_install software-properties-common || return; fi
  add-apt-repository --yes --no-update -- "$1"
}
`;

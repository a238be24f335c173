# Installs Deno: a part of install.sh, which reads it.
# shellcheck shell=sh disable=SC2154

is_deno() { [ -x "$1" ] && [ "$("$1" --version 2>/dev/null | sed -n 's/^deno \([^ ]*\).*/\1/p')" = "$DENO_VERSION" ]; }

# The program of the npm package needs node; the binary that it starts does not.
npm_binary() {
  case $(uname -m) in
  x86_64) echo "$home/node_modules/@deno/linux-x64-glibc/deno" ;;
  aarch64) echo "$home/node_modules/@deno/linux-arm64-glibc/deno" ;;
  esac
}

find_deno() {
  for path in "$(command -v deno || :)" "$(npm_binary)" "$home/bin/deno"; do
    if [ -n "$path" ] && is_deno "$path"; then
      echo "$path"
      return 0
    fi
  done
  return 1
}

# Prints why npm failed, in one line, out of what it said.
npm_reason() {
  lines=$(sed -nE 's/^npm (error|ERR!) //p' "$1" | grep -vE '^(code|errno|A complete log|$)' || :)
  reason=$(printf '%s\n' "$lines" | grep -m 1 'reason:' || printf '%s\n' "$lines" | head -n 1)
  echo "${reason:-it ended without a message; see $1}"
}

deno_by_npm() {
  have npm || return 1
  say "installing deno $DENO_VERSION with npm in $home"
  mkdir -p "$home"
  npm install --prefix "$home" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
    --fetch-retries=1 --fetch-retry-mintimeout=1000 "deno@$DENO_VERSION" >"$home/npm.log" 2>&1 && return 0
  why_npm=$(npm_reason "$home/npm.log")
  say "npm cannot download deno: $why_npm"
  case $why_npm in
  *certificate*) say "where a proxy of your network has a certificate of its own: export NODE_EXTRA_CA_CERTS=FILE" ;;
  esac
  return 1
}

deno_by_installer() {
  missing=
  have curl || missing="ca-certificates curl"
  have unzip || missing="$missing unzip"
  # shellcheck disable=SC2086
  [ -z "$missing" ] || { have apt-get && can_be_root && update_lists && apt_install $missing; } || {
    why_installer="it needs$missing"
    return 1
  }
  say "installing deno $DENO_VERSION with its own installer in $home"
  mkdir -p "$home"
  script=$(curl -fsSL --connect-timeout 10 https://deno.land/install.sh 2>"$home/curl.log") || {
    why_installer=$(head -n 1 "$home/curl.log")
    say "Deno's installer cannot be downloaded: $why_installer"
    return 1
  }
  why_installer="it failed"
  printf '%s\n' "$script" | DENO_INSTALL=$home sh -s -- -y --no-modify-path "v$DENO_VERSION" >&2
}

# A distribution's npm needs hundreds of packages, so it comes last; an installed npm has been tried already.
npm_by_apt() {
  ! have npm && have apt-get && can_be_root || return 1
  say "installing npm, to get deno"
  update_lists && apt_install npm
}

install_deno() {
  find_deno && return 0
  why_npm="it is not installed" why_installer=
  [ -e "$home/node_modules" ] || [ -e "$home/bin" ] || new_deno=yes
  deno_by_npm || deno_by_installer || { npm_by_apt && deno_by_npm; } || :
  [ "$profile" != quickstart ] || [ -z "${new_deno:-}" ] || echo "for the quickstart" >"$home/quickstart"
  find_deno || die "cannot install deno $DENO_VERSION: npm: $why_npm; Deno's installer: $why_installer. Install it yourself: https://docs.deno.com"
}

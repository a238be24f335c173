#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: destroys directory /srv/lxops/a (5M), 1 snapshot beside it
# note: destroys snapshot /srv/gone/a@s1
# note: destroys /srv/gone/a.lxops-replaced, left by an interrupted run
# note: destroys snapshot /srv/lxops/a@s1
# note: destroys /srv/lxops/a@s2.partial, left by an interrupted run
# Destroy directory /srv/lxops/a
while read -r _ _ _ _ at _; do case $at/ in /srv/lxops/a/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/lxops/a
# Destroy directory /srv/gone/a@s1
while read -r _ _ _ _ at _; do case $at/ in /srv/gone/a@s1/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/gone/a@s1
# Destroy directory /srv/gone/a.lxops-replaced
while read -r _ _ _ _ at _; do case $at/ in /srv/gone/a.lxops-replaced/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/gone/a.lxops-replaced
# Destroy directory /srv/lxops/a@s1
while read -r _ _ _ _ at _; do case $at/ in /srv/lxops/a@s1/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/lxops/a@s1
# Destroy directory /srv/lxops/a@s2.partial
while read -r _ _ _ _ at _; do case $at/ in /srv/lxops/a@s2.partial/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/lxops/a@s2.partial

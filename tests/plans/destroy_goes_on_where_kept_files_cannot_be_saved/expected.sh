#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: destroys directory /srv/scratch/a (5M)
# Save kept files of a: ssh-host-keys, machine-id, /var/lib/x
lxops instance keep -store /data/.lxops/keep a ssh-host-keys machine-id /var/lib/x || true
# Stop instance a
lxops instance stop -wait-stop 5 a
# Delete instance a
lxops query -X DELETE /1.0/instances/a
# Delete profile a.lxops
lxops query -X DELETE /1.0/profiles/a.lxops
# Destroy directory /srv/scratch/a
while read -r _ _ _ _ at _; do case $at/ in /srv/scratch/a/*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rm -r -f --one-file-system -- /srv/scratch/a

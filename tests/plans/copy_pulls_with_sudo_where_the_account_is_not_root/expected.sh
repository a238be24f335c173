#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance b
# Send tank/lxops/a@s2 to tank/lxops/b
tries=0; until ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- ann@backup 'sudo -n -- zfs send tank/lxops/a@s2' </dev/null | zfs receive -u tank/lxops/b; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Set properties of tank/lxops/b
zfs set compression=on tank/lxops/b
# Mount tank/lxops/b
zfs mount tank/lxops/b
# Create directory /srv/it's b.partial
mkdir -p -m 700 -- '/srv/it'\''s b.partial'
# Copy /srv/it's a@s2 on "ann@backup" to /srv/it's b.partial
while read -r _ _ _ _ at _; do case $at/ in '/srv/it'\''s\040b.partial/'?*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo
rsync -aHAXSx --numeric-ids --modify-window=-1 --delete --info=progress2 --protect-args -e 'ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4' '--rsync-path=sudo -n rsync' -- 'ann@backup:/srv/it'\''s a@s2/' '/srv/it'\''s b.partial/'
# Mark /srv/it's b as complete
mkdir -p -m 700 -- '/srv/it'\''s b.lxops-copied@s2'
# Rename the copy to /srv/it's b
mv -T -- '/srv/it'\''s b.partial' '/srv/it'\''s b'
# Remove /srv/it's b.lxops-copied@s2
rm -d -f -- '/srv/it'\''s b.lxops-copied@s2'

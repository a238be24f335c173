#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "tank/lxops/b" on "backup.example.org" loses snapshots "mine", which are newer than "tank/lxops/b@s1"
# note: the contents of "/srv/it's b" on "backup.example.org" are replaced
# note: whether an instance runs with them on "backup.example.org" is not known; stop it there first
# Restore tank/lxops/b to tank/lxops/b@s1 on "backup.example.org"
tries=0; until ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs rollback -r tank/lxops/b@s1' </dev/null; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Send what changed since s1 to tank/lxops/a@s2 to tank/lxops/b on "backup.example.org"
tries=0; until zfs send -i tank/lxops/a@s1 tank/lxops/a@s2 | ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs receive tank/lxops/b'; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Create directory /srv/it's b.partial on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'mkdir -p -m 700 -- '\''/srv/it'\''\'\'''\''s b.partial'\''' </dev/null
# Copy /srv/it's a@s2 to /srv/it's b.partial on "backup.example.org"
rsync -aHAXSx --numeric-ids --modify-window=-1 --delete --info=progress2 --protect-args -e 'ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4' -- '/srv/it'\''s a@s2/' 'backup.example.org:/srv/it'\''s b.partial/'
# Move /srv/it's b aside on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'mv -T -- '\''/srv/it'\''\'\'''\''s b'\'' '\''/srv/it'\''\'\'''\''s b.lxops-replaced'\''' </dev/null
# Rename the copy to /srv/it's b on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'mv -T -- '\''/srv/it'\''\'\'''\''s b.partial'\'' '\''/srv/it'\''\'\'''\''s b'\''' </dev/null
# Remove what was in /srv/it's b before on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'sh -c '\''while read -r _ _ _ _ at _; do case $at/ in '\''\'\'''\''/srv/it'\''\'\'''\''\'\''\'\'''\'''\''\'\'''\''s\040b.lxops-replaced/'\''\'\'''\''*) echo "Something is mounted at $at" >&2; exit 1 ;; esac; done </proc/self/mountinfo; exec rm -r -f --one-file-system -- '\''\'\'''\''/srv/it'\''\'\'''\''\'\''\'\'''\'''\''\'\'''\''s b.lxops-replaced'\''\'\'''\'''\''' </dev/null

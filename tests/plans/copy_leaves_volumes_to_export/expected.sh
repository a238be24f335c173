#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "volume:default/a" is a volume of a daemon, and is left out; export and import carry volumes
# Create dataset tank/lxops on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs create -p tank/lxops' </dev/null
# Send tank/lxops/a@s2 to tank/lxops/b on "backup.example.org"
tries=0; until zfs send tank/lxops/a@s2 | ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs receive -u tank/lxops/b'; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Set properties of tank/lxops/b on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs set compression=on tank/lxops/b' </dev/null
# Mount tank/lxops/b on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'zfs mount tank/lxops/b' </dev/null
# Create directory /srv/it's b.partial on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'mkdir -p -m 700 -- '\''/srv/it'\''\'\'''\''s b.partial'\''' </dev/null
# Copy /srv/it's a@s2 to /srv/it's b.partial on "backup.example.org"
rsync -aHAXSx --numeric-ids --modify-window=-1 --delete --info=progress2 --protect-args -e 'ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4' -- '/srv/it'\''s a@s2/' 'backup.example.org:/srv/it'\''s b.partial/'
# Mark /srv/it's b as complete on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'mkdir -p -m 700 -- '\''/srv/it'\''\'\'''\''s b.lxops-copied@s2'\''' </dev/null
# Rename the copy to /srv/it's b on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'mv -T -- '\''/srv/it'\''\'\'''\''s b.partial'\'' '\''/srv/it'\''\'\'''\''s b'\''' </dev/null
# Remove /srv/it's b.lxops-copied@s2 on "backup.example.org"
ssh -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- backup.example.org 'rm -d -f -- '\''/srv/it'\''\'\'''\''s b.lxops-copied@s2'\''' </dev/null

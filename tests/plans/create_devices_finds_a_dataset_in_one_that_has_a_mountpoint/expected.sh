#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create dataset tank/a
zfs create -o lxops:unowned=tank/a -o mountpoint=/data/a tank/a
# Create dataset tank/a/more
zfs create -o lxops:unowned=tank/a/more tank/a/more
# Create directories /data/a/home, /data/a/more/opt
mkdir -p -m 755 -- /data/a/home /data/a/more/opt
# Change the owner of /data/a, /data/a/more, /data/a/home, /data/a/more/opt to the container's root
chown -h 1000000:1000000 -- /data/a /data/a/more /data/a/home /data/a/more/opt
# Mark datasets tank/a, tank/a/more as owned by the container's root
zfs inherit lxops:unowned tank/a tank/a/more

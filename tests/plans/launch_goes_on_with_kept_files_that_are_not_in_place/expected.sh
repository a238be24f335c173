#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: "/srv/data/a", "/srv/scratch/a/scratch" belong to root of the machine, so that the container's root cannot write there. If a run that was cut off left that: chown -h "$(lxops instance idmap a)" -- /srv/data/a /srv/scratch/a/scratch
# Copy kept files into a: ssh-host-keys, machine-id, /var/lib/x
lxops instance keep -restore /srv/data/a/.lxops/keep a ssh-host-keys machine-id /var/lib/x
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Save kept files of a: ssh-host-keys, machine-id, /var/lib/x
lxops instance keep -store /data/.lxops/keep a ssh-host-keys machine-id /var/lib/x
# Note that instance a has its kept files
lxops query -X PATCH -d '{"config":{"user.lxops.keep":""}}' /1.0/instances/a
# Check tcp 80
lxops instance check -interval 30s -timeout 30s -retries 3 -tcp 80 a

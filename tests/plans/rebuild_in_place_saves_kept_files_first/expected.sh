#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Save kept files of a: ssh-host-keys, machine-id, /var/lib/x
lxops instance keep -store /data/.lxops/keep a ssh-host-keys machine-id /var/lib/x
# Stop instance a
lxops instance stop -wait-stop 5 a
# Rebuild instance a from tiny
lxops query -X POST -d '{"source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"}}' /1.0/instances/a/rebuild
# Mark instance a as rebuilt
lxops query -X PATCH -d '{"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"}}' /1.0/instances/a
# Copy kept files into a: ssh-host-keys, machine-id, /var/lib/x
lxops instance keep -restore /srv/data/a/.lxops/keep a ssh-host-keys machine-id /var/lib/x
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Save kept files of a: ssh-host-keys, machine-id, /var/lib/x
lxops instance keep -store /data/.lxops/keep a ssh-host-keys machine-id /var/lib/x
# Check tcp 80
lxops instance check -interval 30s -timeout 30s -retries 3 -tcp 80 a

#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Change the owner of /srv/lxops/a, /srv/lxops/a/home to the container's root
chown -h 300000:300000 -- /srv/lxops/a /srv/lxops/a/home
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a

#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a (project web)
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{},"devices":{}}' '/1.0/profiles?project=web'
# Copy instance t as a
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"copy","source":"t","project":"p1","instance_only":true},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml"},"devices":{},"ephemeral":false,"description":""}' '/1.0/instances?project=web'
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' '/1.0/instances/a/state?project=web'

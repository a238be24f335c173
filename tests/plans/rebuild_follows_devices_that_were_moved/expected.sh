#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Device "data" moves from "/srv/prod/a/data" to "/srv/test/a/data"
# note: Device "home" moves from "/tank/prod/a/home" to "/tank/test/a/home"
# Update profile a.lxops
lxops query -X PUT -d '{"description":"/c/a.yaml","config":{"user.lxops.devices":"data,home"},"devices":{"data":{"type":"disk","path":"/data","source":"/srv/test/a/data"},"home":{"type":"disk","path":"/home","source":"/tank/test/a/home"}}}' /1.0/profiles/a.lxops
# Rebuild instance a from tiny
lxops query -X POST -d '{"source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"}}' /1.0/instances/a/rebuild
# Mark instance a as rebuilt
lxops query -X PATCH -d '{"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","user.lxops.properties":"{\"env\":\"test\"}"}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state

#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{},"devices":{}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Check exec test -e /ready && echo "it's there"
lxops instance check -interval 30s -timeout 30s -retries 3 a -- /bin/sh -c ': check; test -e /ready && echo "it'\''s there"'
# Check tcp 22
lxops instance check -interval 30s -timeout 30s -retries 3 -tcp 22 a
# Check http 8080/health
lxops instance check -interval 2s -timeout 30s -retries 5 -start-period 1m30s -start-interval 5s -http-get 8080/health a
# Check front page
lxops instance check -interval 30s -timeout 0.5s -retries 3 -http-get 80/ -status 301 a

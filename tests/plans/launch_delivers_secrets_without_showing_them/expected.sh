#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{},"devices":{}}' /1.0/profiles
# Create instance a from tiny
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"tiny","user.lxops.hooks":"after-start","user.lxops.secrets":"true"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Deliver 2 secrets, owned by root until their owners exist
# Secrets are left out; --show-secrets prints the script with them
lxops instance exec a -- /bin/sh -s <<batch
batch
# Run hook after-start of a: h
(cd /c && env LXOPS_HOOK=after-start LXOPS_NAME=a LXOPS_INSTANCE=a LXOPS_PROJECT=default LXOPS_DIR=/c LXOPS_CONFIG=/c/a.yaml LXOPS_PROGRAM=lxops-incus /h)
# Apply cloud-config: 1 item
lxops instance exec a -- /bin/sh -s <<batch
  Run echo hello (a.cfg)
batch
# Change the owners of the secrets
# Secrets are left out; --show-secrets prints the script with them
lxops instance exec a -- /bin/sh -s <<batch
batch
# Note that the hooks of instance a have run
lxops query -X PATCH -d '{"config":{"user.lxops.hooks":""}}' /1.0/instances/a
# Check tcp 80
lxops instance check -interval 30s -timeout 30s -retries 3 -tcp 80 a

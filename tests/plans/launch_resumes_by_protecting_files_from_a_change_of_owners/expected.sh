#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Protect the files of instance a from a change of owners
lxops query -X PATCH -d '{"config":{"security.protection.shift":""}}' /1.0/instances/a
# Wait for network
lxops instance wait -timeout 60 -until network a

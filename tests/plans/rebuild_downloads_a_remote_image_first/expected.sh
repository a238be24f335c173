#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Download image images:alpine/3.22
lxops query -X POST -already 'Alias already exists' -d '{"source":{"type":"image","mode":"pull","server":"https://images.example.org","protocol":"simplestreams","alias":"alpine/3.22"},"auto_update":false,"public":false}' /1.0/images
# Stop instance a
lxops instance stop -wait-stop 5 a
# Rebuild instance a from images:alpine/3.22
lxops query -X POST -d '{"source":{"type":"image","mode":"pull","server":"https://images.example.org","protocol":"simplestreams","alias":"alpine/3.22"}}' /1.0/instances/a/rebuild
# Mark instance a as rebuilt
lxops query -X PATCH -d '{"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"images:alpine/3.22"}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a

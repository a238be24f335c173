#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Download image images:alpine/3.22
lxops query -X POST -already 'Alias already exists' -d '{"source":{"type":"image","mode":"pull","server":"https://images.example.org","protocol":"simplestreams","alias":"alpine/3.22"},"auto_update":false,"public":false}' /1.0/images
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{},"devices":{}}' /1.0/profiles
# Create instance a from images:alpine/3.22
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","mode":"pull","server":"https://images.example.org","protocol":"simplestreams","alias":"alpine/3.22"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"images:alpine/3.22"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a

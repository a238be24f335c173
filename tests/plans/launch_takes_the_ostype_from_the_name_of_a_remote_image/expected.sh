#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: The ostype is "debian", as the name of the image "images:debian/12" tells
# Download image images:debian/12
lxops query -X POST -already 'Alias already exists' -d '{"source":{"type":"image","mode":"pull","server":"https://images.example.org","protocol":"simplestreams","alias":"debian/12"},"auto_update":false,"public":false}' /1.0/images
# Create profile a.lxops
lxops query -X POST -d '{"name":"a.lxops","description":"/c/a.yaml","config":{},"devices":{}}' /1.0/profiles
# Create instance a from images:debian/12
lxops query -X POST -d '{"name":"a","type":"container","source":{"type":"image","mode":"pull","server":"https://images.example.org","protocol":"simplestreams","alias":"debian/12"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","user.lxops.image":"images:debian/12"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 1 item
lxops instance exec a -- /bin/sh -s <<batch
  Install packages curl (a.cfg)
batch

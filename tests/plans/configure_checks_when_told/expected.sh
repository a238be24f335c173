#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Wait for network
lxops instance wait -timeout 60 -until network a
# Check tcp 80
lxops instance check -interval 30s -timeout 30s -retries 3 -tcp 80 a

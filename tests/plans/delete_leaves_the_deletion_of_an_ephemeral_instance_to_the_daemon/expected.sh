#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Stop instance a
lxops instance stop -wait-stop 5 a

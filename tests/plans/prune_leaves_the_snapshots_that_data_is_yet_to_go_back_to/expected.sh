#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Nothing to prune: "a" has no spare, no new instance that failed, and no snapshot of its data that a rebuild left
# nothing to do

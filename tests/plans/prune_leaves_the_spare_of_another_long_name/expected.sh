#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb
# note: Nothing to prune: "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb" has no spare, no new instance that failed, and no snapshot of its data that a rebuild left
# nothing to do

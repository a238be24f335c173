#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb
# note: Nothing to prune: "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb" has no spare, and no new instance that failed
# nothing to do

#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb
# note: Nothing to prune: "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb" has no spare
# nothing to do

#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Instance "a" and its spare have swapped: there is nothing to continue. To swap them once more, leave out --resume
# nothing to do

#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: A rebuild of "a" failed, and its data was yet to be put back; the data stays as that rebuild left it, and that of before is in snapshot "lxops-rebuild-abc123-a" of its filesystems. To go back to it: lxops rollback -s lxops-rebuild-abc123-a --name a a.yaml
# Delete instance a
lxops query -X DELETE /1.0/instances/a
# Delete instance a-lxops-new-abc123
lxops query -X DELETE /1.0/instances/a-lxops-new-abc123
# Delete profile a.lxops
lxops query -X DELETE /1.0/profiles/a.lxops

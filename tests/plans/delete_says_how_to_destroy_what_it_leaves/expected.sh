#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: It was made with -P env=prod, which the next launch does not know. To make it again as it was: lxops launch -P env=prod --name a a.yaml
# note: To destroy its filesystems later: lxops destroy -P env=prod --name a a.yaml
# Delete instance a
lxops query -X DELETE /1.0/instances/a
# Delete profile a.lxops
lxops query -X DELETE /1.0/profiles/a.lxops

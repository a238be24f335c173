#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# note: Left tank/a@lxops-rebuild-abc123-a, volume:default/a@lxops-rebuild-abc123-a, which a rebuild took: it may be that of instance "a-lxops-old-abc123" of LXD. If nothing needs it any more, delete it: lxops snapshot -d -s lxops-rebuild-abc123-a --name a a.yaml
# note: Left /srv/a@lxops-rebuild-def456-a, which a rebuild took: it may be that of instance "a-lxops-old-abc123" of LXD. If nothing needs it any more, delete it: lxops snapshot -d -s lxops-rebuild-def456-a --name a a.yaml
# note: Left /srv/a@lxops-rebuild-fff000-a.partial, which a rebuild took: it may be that of instance "a-lxops-old-abc123" of LXD. If nothing needs it any more, delete it: rm -r /srv/a@lxops-rebuild-fff000-a.partial
# Delete instance a-lxops-new-abc123
lxops query -X DELETE /1.0/instances/a-lxops-new-abc123

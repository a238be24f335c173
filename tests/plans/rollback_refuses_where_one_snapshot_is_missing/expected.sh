exit 7
lxops: Cannot roll back "a": there is no snapshot "tank/more/a@s1"; there is no snapshot "/srv/lxops/a@s1"
  Nothing was changed.
  To list its snapshots: lxops snapshot list a.yaml

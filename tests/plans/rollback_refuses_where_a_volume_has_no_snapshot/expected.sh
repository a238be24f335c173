exit 7
lxops: Cannot roll back "a": there is no snapshot "volume:fast/a-mail@s1"
  Nothing was changed.
  To list its snapshots: lxops snapshot list a.yaml

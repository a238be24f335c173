exit 9
lxops: Cannot roll back "a": that destroys newer snapshots, tank/lxops/a/db@s2
  Nothing was changed.
  To destroy them, add --destroy-newer

exit 9
lxops: Cannot roll back "a": that destroys newer snapshots, tank/lxops/a@s1, tank/more/a@s1
  Nothing was changed.
  To destroy them, add --destroy-newer

exit 9
lxops: Cannot roll back "a": that destroys newer snapshots, volume:fast/a-mail@s3, volume:fast/a-mail@s2
  Nothing was changed.
  To destroy them, add --destroy-newer

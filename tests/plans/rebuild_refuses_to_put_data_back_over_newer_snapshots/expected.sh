exit 9
lxops: Cannot put the data of instance "a" back to snapshot "lxops-rebuild-abc123-a": that destroys newer snapshots, tank/a@newer
  Nothing was changed.
  Destroy or move these first, and run the same command again
  To leave it as it is: incus config unset a user.lxops.undo-data

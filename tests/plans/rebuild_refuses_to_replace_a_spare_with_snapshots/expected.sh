exit 9
lxops: Cannot rebuild instance "a": the old instance would take the place of spare "a-lxops-old-abc123", which has snapshots (s0)
  Nothing was changed.
  To delete them with it, add --delete-snapshots

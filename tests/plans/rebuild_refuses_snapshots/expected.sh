exit 9
lxops: Cannot rebuild instance "a": it has snapshots (s1, s2), which belong to the root filesystem that goes
  Nothing was changed.
  To delete them with it, add --delete-snapshots
  To keep both as a spare, add --keep-old

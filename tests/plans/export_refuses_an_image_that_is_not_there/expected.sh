exit 7
lxops: The daemon's store has no image "a", nor the one that the instance was made of
  Nothing was changed.
  Without --image only the filesystems are exported

exit 9
lxops: Instance "a-lxops-extract" is in the way: lxops needs that name, and did not make it
  Nothing was changed.

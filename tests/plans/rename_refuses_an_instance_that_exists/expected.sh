exit 4
lxops: Cannot rename "a": instance "b" exists
  Nothing was changed.

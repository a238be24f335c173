exit 8
lxops: Cannot rename "a": instance "b" exists
  Nothing was changed.

exit 4
lxops: Cannot rename "a": there is no such instance
  Nothing was changed.

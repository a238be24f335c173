exit 7
lxops: There is no instance "a"
  Nothing was changed.

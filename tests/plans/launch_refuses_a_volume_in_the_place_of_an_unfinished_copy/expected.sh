exit 9
lxops: Cannot copy to volume "a-data.partial" of pool "default": it exists, and was not made by lxops
  Nothing was changed.

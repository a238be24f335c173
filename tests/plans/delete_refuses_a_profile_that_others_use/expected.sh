exit 9
lxops: Cannot delete profile "a.lxops" of instance "a": it is used by "b"
  Nothing was changed.

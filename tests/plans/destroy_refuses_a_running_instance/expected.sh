exit 9
lxops: Cannot destroy instance "a": it is running
  Nothing was changed.
  To stop it first, add --force

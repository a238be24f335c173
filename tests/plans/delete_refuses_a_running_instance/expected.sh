exit 9
lxops: Cannot delete instance "a": it is running
  Nothing was changed.
  To stop it first, add --force

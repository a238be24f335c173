exit 9
lxops: Cannot rename instance "a": it is running
  Nothing was changed.
  To stop it first and start it again afterwards, add --force

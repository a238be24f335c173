exit 9
lxops: Cannot destroy filesystem "main" (tank/lxops/a): instance "b" has a device in it
  Nothing was changed.
  Delete that first, or move it elsewhere

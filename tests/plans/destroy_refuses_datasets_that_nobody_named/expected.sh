exit 9
lxops: Cannot destroy filesystem "main" (tank/lxops): dataset "tank/lxops/b" lies in it, dataset "tank/c" is a clone of it
  Nothing was changed.
  Delete that first, or move it elsewhere

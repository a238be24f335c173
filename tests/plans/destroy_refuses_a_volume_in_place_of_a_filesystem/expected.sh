exit 9
lxops: Cannot destroy filesystem "main" (tank/lxops): it is a volume
  Nothing was changed.
  Delete that first, or move it elsewhere

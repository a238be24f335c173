exit 9
lxops: Cannot destroy filesystem "main" (tank/lxops): volume "tank/lxops/disk" lies in it
  Nothing was changed.
  Delete that first, or move it elsewhere

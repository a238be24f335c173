exit 9
lxops: Cannot destroy filesystem "scratch" (/srv/lxops/a): instance "a" of LXD has a device in it
  Nothing was changed.
  Delete that first, or move it elsewhere

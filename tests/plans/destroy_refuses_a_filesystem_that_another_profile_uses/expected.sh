exit 9
lxops: Cannot destroy filesystem "d" (/srv/a): profile "others" has a device in it
  Nothing was changed.
  Delete that first, or move it elsewhere

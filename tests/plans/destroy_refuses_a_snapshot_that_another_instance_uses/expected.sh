exit 9
lxops: Cannot destroy filesystem "files" (/srv/lxops/a@s1): instance "b" has a device in it
  Nothing was changed.
  Delete that first, or move it elsewhere

exit 4
lxops: Cannot destroy filesystem "main" (/srv/a): dataset "tank/b" is mounted in it
  Nothing was changed.
  Delete that first, or move it elsewhere

exit 9
lxops: Cannot create "/srv/a/made": instance "a" runs with "/srv/a" as a device, and could put a link in its way
  Nothing was changed.
  Stop "a" first

exit 9
lxops: Cannot destroy "a": "/srv/lxops/a" lies in "/srv", a device of instance "b" of LXD, which runs and could put a link in its way
  Nothing was changed.
  Stop "b" of LXD first

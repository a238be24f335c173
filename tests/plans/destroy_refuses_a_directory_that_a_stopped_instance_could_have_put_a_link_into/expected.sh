exit 9
lxops: Cannot destroy "a": "/srv/lxops" is a symlink in "/srv", where instance "b" can have made it, and not a directory; lxops does not follow it
  Nothing was changed.
  See what it is, and put a directory in its place or remove it

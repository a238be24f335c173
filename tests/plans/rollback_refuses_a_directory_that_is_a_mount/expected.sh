exit 9
lxops: Cannot roll back "a": "/srv/lxops/a" is a mount by itself (btrfs /dev/sdb), which cannot be given another name
  Nothing was changed.
  Unmount it first, or name a directory in it as the pattern

exit 9
lxops: Cannot roll back "a": "/srv" is not the same for lxops (ext4 /dev/sda) and for the daemon (ext4 /dev/sdc)
  Nothing was changed.
  Restart the daemon, or run lxops where both see the same directories

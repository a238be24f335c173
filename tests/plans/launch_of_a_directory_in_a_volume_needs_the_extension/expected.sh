exit 4
lxops: This server lacks "disk_volume_subpath", which the "dir" of a device in a volume needs
  It is incus 6.0.4; a later version may have it

exit 4
lxops: This server lacks "clustering_groups", which target: @GROUP (--target) needs
  It is incus 6.0.4; a later version may have it

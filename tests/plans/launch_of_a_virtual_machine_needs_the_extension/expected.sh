exit 4
lxops: This server lacks "virtual-machines", which type: virtual-machine (--vm) needs
  It is incus 6.0.4; a later version may have it

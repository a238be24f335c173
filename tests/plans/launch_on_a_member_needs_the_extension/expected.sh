exit 4
lxops: This server lacks "clustering", which target: MEMBER (--target) needs
  It is incus 6.0.4; a later version may have it

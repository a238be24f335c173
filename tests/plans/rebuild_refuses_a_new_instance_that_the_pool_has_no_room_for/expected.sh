exit 9
lxops: Cannot rebuild instance "a": there is no room for a second root filesystem: storage pool "default" has 47.7MiB left, and image "tiny" has 95.4MiB before it is unpacked
  Nothing was changed.
  To let the daemon replace the old one, with its risk: --in-place

exit 9
lxops: Cannot destroy "a": something (ext4 /dev/sda) is mounted at "/srv/lxops/a/deep/log", in "/srv/lxops/a", and would be removed with it
  Nothing was changed.
  Unmount it first: umount /srv/lxops/a/deep/log

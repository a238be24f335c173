exit 9
lxops: Cannot destroy "a": something (ext4 /dev/sda) is mounted at "/tank/lxops/a/home", in "/tank/lxops/a", and would be removed with it
  Nothing was changed.
  Unmount it first: umount /tank/lxops/a/home

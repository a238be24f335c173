exit 9
lxops: Cannot roll back "a": something else (tmpfs tmpfs) is mounted over dataset "tank/lxops/a", at "/tank/lxops/a"
  Nothing was changed.
  Unmount it first: umount /tank/lxops/a

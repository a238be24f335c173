exit 9
lxops: Cannot roll back "a": something (ext4 /dev/sda) is mounted at "/mnt/big/a/www/m", in "/mnt/big/a", and would be moved with it
  Nothing was changed.
  Unmount it first: umount /mnt/big/a/www/m

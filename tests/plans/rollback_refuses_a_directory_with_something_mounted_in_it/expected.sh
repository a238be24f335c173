exit 9
lxops: Cannot roll back "a": something (ext4 /dev/sda) is mounted at "/srv/lxops/a/www/it's here", in "/srv/lxops/a", and would be moved with it
  Nothing was changed.
  Unmount it first: umount '/srv/lxops/a/www/it'\''s here'

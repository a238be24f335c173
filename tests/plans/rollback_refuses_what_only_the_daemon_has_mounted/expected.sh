exit 9
lxops: Cannot roll back "a": something (tmpfs tmpfs) is mounted at "/srv/lxops/a/www", in "/srv/lxops/a", and would be moved with it (in the namespace of Incus)
  Nothing was changed.
  Unmount it first: nsenter --target 1234 --mount umount /srv/lxops/a/www

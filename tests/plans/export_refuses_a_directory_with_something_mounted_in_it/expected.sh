exit 9
lxops: Cannot export "a": something (tmpfs tmpfs) is mounted at "/srv/lxops/a/www", in "/srv/lxops/a", and would be left out, or copied with it
  Nothing was changed.
  Unmount it first: umount /srv/lxops/a/www

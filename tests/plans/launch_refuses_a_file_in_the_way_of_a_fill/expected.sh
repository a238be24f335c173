exit 9
lxops: Cannot unpack into "/srv/lxops/a/deep/www.partial": it is a file
  Nothing was changed.

exit 7
lxops: Cannot export "a": there is no snapshot "tank/more/a@s1", "/srv/lxops/a@s1"
  Nothing was changed.

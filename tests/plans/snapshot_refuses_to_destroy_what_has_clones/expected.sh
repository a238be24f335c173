exit 9
lxops: Cannot destroy snapshot "s1": there are clones, "tank/clone" of "tank/lxops/a@s1"
  Nothing was changed.
  To destroy the clones too, with all that is in them, add -R

exit 9
lxops: Cannot roll back "a": dataset "tank/clone" is a clone of the newer snapshot "tank/lxops/a@s1"
  Nothing was changed.

exit 9
lxops: Cannot roll back "a": dataset "tank/lxops/a/db" lies in one that is rolled back, and has no snapshot "s1": it was made later, or left out then
  Nothing was changed.
  To roll back without it, move it elsewhere first: zfs rename tank/lxops/a/db NAME

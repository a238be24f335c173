exit 9
lxops: Cannot delete instance "a": it was not made by lxops (it has neither a user.lxops.* key nor profile "a.lxops")
  Nothing was changed.
  If it is this one that you mean, add --adopt

exit 9
lxops: "volume:default/a-data", a filesystem of instance "a", exists, and was not made by lxops (it has no user.lxops.* key)
  Nothing was changed.
  To use it as it is, add --adopt; lxops never destroys it

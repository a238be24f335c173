exit 9
lxops: Cannot destroy filesystem "data" (volume:default/a-data): lxops did not make it (it has no user.lxops.* key)
  Nothing was changed.
  To keep it, take "destroy: true" from the configuration

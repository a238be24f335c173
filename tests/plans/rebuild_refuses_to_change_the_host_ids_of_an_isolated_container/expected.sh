exit 9
lxops: Cannot rebuild instance "a": the daemon would give the new container other host ids, as it is isolated without security.idmap.base
  Nothing was changed.
  Set security.idmap.base of "a" to its present base

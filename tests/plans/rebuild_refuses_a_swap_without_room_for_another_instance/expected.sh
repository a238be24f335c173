exit 9
lxops: Cannot rebuild instance "a": project "web" does not allow it: limits.instances is 1, and it has 1
  Nothing was changed.
  To see what it allows: incus project show web

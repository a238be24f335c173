exit 9
lxops: Cannot launch instance "a": project "web" does not allow it: it has limits.cpu, so each instance needs that key, too; it has limits.memory, so each instance needs that key, too; it has limits.disk, so the root disk of each instance needs a size
  Nothing was changed.
  To see what it allows: incus project show web

exit 9
lxops: Cannot rebuild instance "a": project "web" does not allow it: limits.disk is 25GiB, and the root disks have 20.0GiB, with 10.0GiB to come
  Nothing was changed.
  To see what it allows: incus project show web
  A rebuild needs room for two for a time; to let the daemon replace the old one, with its risk: --in-place

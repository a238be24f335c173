exit 9
lxops: Cannot roll back "a": it cannot be known what is mounted in "/srv/lxops/a.partial" for Incus: cat: /proc/1234/mountinfo: Permission denied
  Nothing was changed.
  Run lxops as root, or let this user run programs by sudo without a password

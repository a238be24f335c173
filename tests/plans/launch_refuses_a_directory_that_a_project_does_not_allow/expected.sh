exit 9
lxops: Cannot launch instance "a": project "web" does not allow it: restricted.devices.disk.paths is /data, /srv/b: no disk "d" (/srv/a/d)
  Nothing was changed.
  To see what it allows: incus project show web

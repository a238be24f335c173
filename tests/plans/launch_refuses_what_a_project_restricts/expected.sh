exit 9
lxops: Cannot launch instance "a": project "web" does not allow it: restricted.containers.privilege is unprivileged: no security.privileged; restricted.containers.nesting is block: no security.nesting; restricted.containers.lowlevel is block: no raw.lxc; restricted.devices.nic is block: no nic "eth0"; restricted.devices.disk is managed: no disk "d" (/srv/a/d)
  Nothing was changed.
  To see what it allows: incus project show web

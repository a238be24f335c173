exit 3
a.yaml:4:11 devices.x: "/srv/a/x" is a symlink, not a directory; lxops does not follow it

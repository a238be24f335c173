exit 3
a.yaml:20:3 devices.log: "/srv/lxops/a/deep" is a symlink, not a directory; lxops does not follow it

exit 3
a.yaml:13:5 devices.home.shift: Device "home" cannot be shifted: "/tank/lxops/a/home" is in "/tank/lxops", a filesystem of type fuse.zfs, which cannot be mounted with other ids; without "shift", its directory is made with the ids that the host has for the container's
a.yaml:17:5 devices.www.shift: Device "www" cannot be shifted: "/tank/lxops/a/www" is in "/tank/lxops", a filesystem of type fuse.zfs, which cannot be mounted with other ids; without "shift", its directory is made with the ids that the host has for the container's

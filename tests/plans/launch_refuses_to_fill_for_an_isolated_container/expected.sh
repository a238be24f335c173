exit 3
a.yaml:40:1 lxc-options: The daemon chooses the ids of an isolated container when it is created, so content of the image cannot have them before; set security.idmap.base, or device-owner

exit 3
a.yaml:28:3 devices.ro: "/srv/media" does not exist; lxops makes only what is in a filesystem

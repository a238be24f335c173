exit 3
a.yaml:11:3 filesystems.scratch: "/srv/lxops/a" lies in "/srv", a device of instance "other", which runs and could put a link in its way. Stop it first: lxops instance stop other
a.yaml:28:3 devices.ro: "/srv/media" lies in "/srv", a device of instance "other", which runs and could put a link in its way. Stop it first: lxops instance stop other

exit 3
a.yaml:3:15 filesystems.d: "/srv/a" is a file, not a directory

exit 3
a.yaml:27:1 device-origin: There is no snapshot "/srv/lxops/t@v1", for filesystem "files"

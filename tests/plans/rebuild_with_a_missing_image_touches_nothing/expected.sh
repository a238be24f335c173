exit 3
a.yaml:3:1 image: There is no image "tiny"; the daemon has no image with an alias; images of a server begin with its name: lxops image list images:tiny

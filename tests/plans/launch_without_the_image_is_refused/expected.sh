exit 3
a.yaml:3:1 image: There is no image "tiny"; the daemon has "tinkle", ...; images of a server begin with its name: lxops image list images:tiny

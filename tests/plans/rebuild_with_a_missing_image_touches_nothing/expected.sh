exit 3
a.yaml:3:1 image: The daemon has no image "tiny"; it has no image with an alias

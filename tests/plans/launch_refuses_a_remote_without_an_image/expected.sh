exit 3
a.yaml:2:1 image: "images:" names a remote but no image

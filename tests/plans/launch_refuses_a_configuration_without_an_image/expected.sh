exit 3
a.yaml: No "image" is given for instance "a", nor an "origin" to copy; an image is, for example, images:debian/13

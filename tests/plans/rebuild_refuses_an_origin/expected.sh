exit 3
a.yaml:3:1 origin: Cannot rebuild from an origin; an image is needed

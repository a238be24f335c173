exit 3
a.yaml:3:1 image: Device directories cannot be filled from the image of a virtual machine

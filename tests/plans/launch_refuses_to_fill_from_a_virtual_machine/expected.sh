exit 3
a.yaml:3:1 image: Image "tiny" is one of a container, and not of a virtual machine; leave out type: (--vm), or choose another image

exit 3
a.yaml:2:1 image: Image "tiny" is one of a virtual machine, and not of a container; add type: virtual-machine (--vm), or choose another image

exit 3
a.yaml:2:1 image: "docker:library/nginx:latest" is an OCI image, as remote "docker" has them, and lxops does not support these: they hold one program and no system that could be configured. Use an image of a system, as images:alpine/3.22

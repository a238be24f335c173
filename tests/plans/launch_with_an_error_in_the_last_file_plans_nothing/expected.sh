exit 3
b.yaml:6:5 devices.home.filesystem: There is no filesystem "mian"

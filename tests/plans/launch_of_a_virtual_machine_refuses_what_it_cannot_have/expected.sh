exit 3
a.yaml:7:11 devices.tty: A virtual machine can have no unix-char device
a.yaml:4:9 ports.0: Ports of a virtual machine can be forwarded with nat only
a.yaml:6:9 idmap.0: The ids of a virtual machine are not mapped
a.yaml:5:10 limits.processes: A virtual machine has no limit of processes

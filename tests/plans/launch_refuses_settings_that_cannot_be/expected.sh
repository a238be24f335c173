exit 3
a.yaml:7:3 devices.tmp: This server lacks "container_disk_tmpfs", which a device of type tmpfs needs; it is incus 6.0.4, and a later version may have it
a.yaml:3:9 ports.0: Port 8080 of the host is in use: another program listens there
a.yaml:3:20 ports.1: Port 127.0.0.1:7005 of the host is that of instance "db"
a.yaml:4:13 addresses.eth0: Address 10.0.0.7 of NIC "eth0" is that of instance "db"
a.yaml:5:9 idmap.0: /etc/subuid does not give root the id 1000; add the line "root:1000:1" to it

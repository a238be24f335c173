exit 3
a.yaml:3:13 addresses.eth0: Address 10.0.0.9 of NIC "eth0" is taken by "phone"
a.yaml:3:13 addresses.eth0: Address fd42::9 of NIC "eth0" needs ipv6.dhcp.stateful of network "lan"

exit 3
a.yaml:3:13 addresses.eth0: Address 10.0.0.150 of NIC "eth0" is in the dynamic range of network "lan" (10.0.0.100-10.0.0.199)

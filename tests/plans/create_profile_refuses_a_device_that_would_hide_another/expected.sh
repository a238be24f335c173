exit 3
a.yaml:7:3 devices.eth0: Device "eth0": profile "default" has a nic of that name, which it would take away; give it another name

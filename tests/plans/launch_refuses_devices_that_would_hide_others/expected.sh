exit 3
a.yaml:7:3 devices.eth0: Device "eth0": profile "default" has a nic of that name, which it would take away; give it another name
a.yaml:8:3 devices.home: Device "home": profile "more" has a disk of that name, which it would take away; give it another name
a.yaml:12:3 devices.log: Device "log": the instance itself has a nic of that name, which hides it; give it another name
a.yaml:9:3 devices.users: Device "users": profile "more" has its disk "home" at "/home", which it would hide

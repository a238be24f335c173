exit 3
a.yaml:8:3 devices.users: Device "users": profile "more" has its disk "home" at "/home", which it would hide

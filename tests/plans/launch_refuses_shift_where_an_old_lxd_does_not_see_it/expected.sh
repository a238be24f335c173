exit 3
a.yaml:13:5 devices.home.shift: Device "home" cannot be shifted: Incus 5.0.2 does not find out that kernel 6.18.44-x can do it; without "shift", its directory is made with the ids that the host has for the container's
a.yaml:17:5 devices.www.shift: Device "www" cannot be shifted: Incus 5.0.2 does not find out that kernel 6.18.44-x can do it; without "shift", its directory is made with the ids that the host has for the container's

exit 3
a.yaml:13:5 devices.home.shift: Device "home" cannot be shifted: Incus says that its kernel has neither "idmapped_mounts" nor "shiftfs"; without "shift", its directory is made with the ids that the host has for the container's
a.yaml:17:5 devices.www.shift: Device "www" cannot be shifted: Incus says that its kernel has neither "idmapped_mounts" nor "shiftfs"; without "shift", its directory is made with the ids that the host has for the container's

exit 3
a.yaml:24:3 devices.www: Device "www" lies in device "log", which is filled from the image as a whole

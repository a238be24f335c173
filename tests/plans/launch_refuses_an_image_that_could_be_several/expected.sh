exit 3
a.yaml:2:1 image: Several images of the daemon start with fingerprint "abc"

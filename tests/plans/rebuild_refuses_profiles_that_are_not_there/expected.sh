exit 3
a.yaml:3:17 profiles.1: There is no profile "web"; the daemon has default, gpu

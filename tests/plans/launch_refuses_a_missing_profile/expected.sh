exit 3
a.yaml:5:3 profiles.1: There is no profile "webb"; the daemon has default

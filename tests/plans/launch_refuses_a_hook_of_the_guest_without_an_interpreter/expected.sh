exit 3
a.yaml:11:7 hooks.after-start.0: "/c/inside.sh" is to run in the instance, and its first line does not name an interpreter, such as #!/bin/sh

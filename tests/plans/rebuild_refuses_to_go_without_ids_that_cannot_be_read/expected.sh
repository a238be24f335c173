exit 9
lxops: Cannot rebuild instance "a" and keep the ids of its users and groups: "/etc/passwd" cannot be used: Incus did not answer within 16 s
  Nothing was changed.
  Start it with: lxops instance start a
  Then run the same command again
  To rebuild it without them, set "ids: warn" in "a.yaml"; files on its devices may then belong to other users

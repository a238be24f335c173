exit 9
lxops: Cannot rebuild instance "a": it is protected by security.protection.start: true
  Nothing was changed.
  To take that away: incus config set a security.protection.start=false

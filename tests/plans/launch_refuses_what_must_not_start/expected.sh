exit 9
lxops: Cannot launch instance "a": it is protected by security.protection.start: true
  Nothing was changed.
  Leave that key out of its profiles and options

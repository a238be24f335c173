exit 9
lxops: Cannot delete instance "a": it is protected by security.protection.delete: yes
  Nothing was changed.
  To take that away: incus config set a security.protection.delete=false

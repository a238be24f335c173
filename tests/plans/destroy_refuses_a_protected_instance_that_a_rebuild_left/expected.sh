exit 9
lxops: Cannot destroy instance "a-lxops-old": it is protected by security.protection.delete: true
  Nothing was changed.
  To take that away: incus config set a-lxops-old security.protection.delete=false

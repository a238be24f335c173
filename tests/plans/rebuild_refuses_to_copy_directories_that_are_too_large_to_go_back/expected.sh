exit 9
lxops: Cannot rebuild instance "a" with --undo-data: "/srv/a" (ext4) has 4.7GiB, of which a copy is made
  Nothing was changed.
  At most 1.0GiB are copied; to allow more: --max-copy 4769MiB
  The copy is made while the instance stands still

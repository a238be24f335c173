exit 7
lxops: Cannot export "a": there is no snapshot "volume:fast/a-mail@s1"
  Nothing was changed.

exit 9
lxops: Cannot launch instance "a": instance "a" of LXD, which runs, has its device "data" ("/srv/a/data") already
  Nothing was changed.
  Stop the other instance first, and run the same command again
  Data that both are to have needs a device of its own in both configurations, at a place without their names, as dir: /PATH

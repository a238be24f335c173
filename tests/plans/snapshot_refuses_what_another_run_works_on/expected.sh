exit 11
lxops: Cannot take a snapshot of "a": another lxops works on instance "a" (process 4242 of this machine; user.lxops.frozen)
  Nothing was changed.
  Wait until it has ended, or interrupt it: kill -INT 4242

exit 11
lxops: Cannot destroy a snapshot of "a": another lxops works on instance "a" (process 4242 of machine "web1"; user.lxops.frozen)
  Nothing was changed.
  Look there whether it still runs: ps -p 4242
  If it does not: incus config set a user.lxops.frozen=true --project web
  and run the same command again, which takes it for one that was cut off

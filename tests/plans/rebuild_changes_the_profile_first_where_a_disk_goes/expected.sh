#!/bin/sh
set -eu
lxops() { lxops-incus "$@"; }

# instance a
# Stop instance a
lxops instance stop -wait-stop 5 a
# Have the daemon start instance a again after a crash of the machine, and note its profile
lxops query -X PATCH -d '{"config":{"volatile.last_state.power":"RUNNING","user.lxops.profile":"{}"}}' /1.0/instances/a
# Take snapshot tank/keep/a@lxops-rebuild-000000-a
zfs snapshot tank/keep/a@lxops-rebuild-000000-a
# Take snapshot tank/lxops/a@lxops-rebuild-000000-a
zfs snapshot tank/lxops/a@lxops-rebuild-000000-a
# Update profile a.lxops
lxops query -X PUT -d '{"description":"","config":{"user.lxops.devices":"all,home,log,ro"},"devices":{"log":{"type":"disk","path":"/var/log","source":"/srv/lxops/a/deep/log"},"ro":{"type":"disk","path":"/media","source":"/srv/media","readonly":"true"},"all":{"type":"disk","path":"/keep","source":"/tank/keep/a"},"home":{"type":"disk","path":"/home","source":"/tank/lxops/a/home"}}}' /1.0/profiles/a.lxops
# Create instance a-lxops-new-000000 from tiny
lxops query -X POST -d '{"name":"a-lxops-new-000000","type":"container","source":{"type":"image","fingerprint":"f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d"},"profiles":["default","a.lxops"],"config":{"user.lxops.config":"/c/a.yaml","security.nesting":"true","boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","user.lxops.nics":"{\"config\":{\"volatile.eth0.hwaddr\":\"00:16:3e:00:00:01\",\"boot.autostart\":\"\",\"linux.kernel_modules\":\"\"},\"devices\":{}}","user.lxops.role":"unfinished","user.lxops.of":"a","user.lxops.image":"tiny"},"devices":{},"ephemeral":false,"description":""}' /1.0/instances
# Mark instance a-lxops-new-000000 as complete
lxops query -X PATCH -d '{"config":{"user.lxops.role":"new"}}' /1.0/instances/a-lxops-new-000000
# Remove network addresses from instance a
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"","user.lxops.nics":"{\"config\":{\"volatile.eth0.hwaddr\":\"00:16:3e:00:00:01\",\"boot.autostart\":\"\",\"linux.kernel_modules\":\"\"},\"devices\":{}}","user.lxops.role":"old","user.lxops.of":"a","volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
# Rename instance a to a-lxops-old-000000
lxops query -X POST -d '{"name":"a-lxops-old-000000"}' /1.0/instances/a
# Rename instance a-lxops-new-000000 to a
lxops query -X POST -d '{"name":"a"}' /1.0/instances/a-lxops-new-000000
# Prevent instance a-lxops-old-000000 from starting
lxops query -X PATCH -d '{"config":{"boot.autostart":"false","linux.kernel_modules":"lxops_spare_do_not_start","volatile.last_state.power":"STOPPED"}}' /1.0/instances/a-lxops-old-000000
# Set network addresses and autostart of instance a
lxops query -X PATCH -d '{"config":{"volatile.eth0.hwaddr":"00:16:3e:00:00:01","boot.autostart":"","linux.kernel_modules":"","user.lxops.nics":"","user.lxops.of":"","user.lxops.role":"new","volatile.last_state.power":"RUNNING"}}' /1.0/instances/a
# Start instance a
lxops query -X PUT -d '{"action":"start","timeout":-1,"force":false}' /1.0/instances/a/state
# Wait for network
lxops instance wait -timeout 60 -until network a
# Apply cloud-config: 2 items
lxops instance exec a -- /bin/sh -s <<batch
  Install packages nginx (a.cfg)
  Run echo hello (a.cfg)
batch
# Mark instance a as configured
lxops query -X PATCH -d '{"config":{"user.lxops.role":""}}' /1.0/instances/a
# Destroy snapshot tank/keep/a@lxops-rebuild-000000-a, as the new instance is configured
tries=0; until zfs destroy tank/keep/a@lxops-rebuild-000000-a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Destroy snapshot tank/lxops/a@lxops-rebuild-000000-a, as the new instance is configured
tries=0; until zfs destroy tank/lxops/a@lxops-rebuild-000000-a; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done
# Delete instance a-lxops-old-000000
lxops query -X DELETE /1.0/instances/a-lxops-old-000000

exit 3
a.yaml:5:3 filesystems.same: Filesystem "same" (tank/a) does not say destroy: true, but lies in filesystem "main" (tank/a), which does and would take it along; nothing was changed

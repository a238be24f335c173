exit 3
a.yaml:5:3 filesystems.data: Filesystem "data" (tank/a/data) does not say destroy: true, but lies in filesystem "main" (tank/a), which does and would take it along; nothing was changed
a.yaml:7:3 filesystems.keep: Filesystem "keep" (/srv/a/keep) does not say destroy: true, but lies in filesystem "dir" (/srv/a), which does and would take it along; nothing was changed
a.yaml:8:3 filesystems.within: Filesystem "within" (/tank/a/home) does not say destroy: true, but lies in filesystem "main" (tank/a), which does and would take it along; nothing was changed

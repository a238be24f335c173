exit 3
a.yaml:10:5 filesystems.mail.pattern: The daemon has no storage pool "fast" for "volume:fast/a-mail"; it has default

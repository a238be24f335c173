exit 9
lxops: Cannot rename "a" to "b": "volume:default/b-data" exists, "volume:a/mail" cannot move to another pool, "volume:b/mail", "volume:a/mail" was not made by lxops (--adopt renames it), instance "c" has it ("volume:a/mail")
  Nothing was changed.
  Change what is in the way, and run the same command again

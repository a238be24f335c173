exit 9
lxops: Cannot rename "a" to "b": "volume:a/mail" cannot move to another pool, "volume:b/mail", "volume:a/mail" was not made by lxops (--adopt renames it), instance "c" has it ("volume:a/mail"), "volume:default/b-data" exists
  Nothing was changed.

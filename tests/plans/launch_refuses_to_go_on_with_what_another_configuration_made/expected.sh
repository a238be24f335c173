exit 9
lxops: Cannot go on with instance "it": it was made from "/c/b b.yaml", and not from "/c/a.yaml"
  Nothing was changed.
  To resume that launch: lxops launch --resume --name it --project web '/c/b b.yaml'
  If both are the same configuration, which was moved, add --adopt

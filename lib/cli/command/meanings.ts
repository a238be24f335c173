/**
 * Commands of other programs, and what does the same here: for a word that resembles no command, but means one.
 *
 * @module
 */

/** Advice about commands that lxops does not have, by name. */
const MEANINGS: Readonly<Record<string, string>> = {
  apply: "lxops launch creates instances, lxops configure and lxops profile apply bring changes to them",
  attach: "lxops shell opens a shell, lxops logs -f --console shows the console",
  build: "lxops launch and lxops publish make an image of an instance",
  compose: "leave the word out: lxops ps, lxops logs, lxops down",
  console: "lxops logs -f --console NAME shows the console",
  containers: "lxops ps",
  diff: "lxops plan",
  df: "lxops i filesystems -l FILE",
  events: "lxops query prints what the daemon answers",
  freeze: "lxops pause",
  images: "lxops image list",
  info: "lxops instance info NAME",
  inspect: "lxops instance info NAME, or lxops config explain FILE",
  list: "lxops ps",
  ls: "lxops ps",
  log: "lxops logs",
  mv: "lxops rename FILE NAME",
  port: "lxops ps",
  ports: "lxops ps",
  pull: "lxops launch and lxops rebuild download images; lxops image copy does it alone",
  push: "lxops cp copies files, lxops image copy images",
  recreate: "lxops rebuild",
  remove: "lxops down",
  rm: "lxops down",
  rmi: "lxops image delete",
  run: "lxops create --start IMAGE NAME, then lxops exec NAME -- PROGRAM",
  services: "lxops ps -q",
  ssh: "lxops shell",
  stat: "lxops ps",
  stats: "lxops top NAME",
  status: "lxops ps",
  tag: "lxops image alias create",
  terminate: "lxops down",
  unfreeze: "lxops unpause",
  validate: "lxops i verify FILE",
  verify: "lxops i verify FILE",
  volumes: "lxops i filesystems -l FILE",
  wait: "lxops instance wait NAME",
};

/** Returns the end of a message about an unknown command: what means the same, or nothing. */
export function meaningOf(word: string): string {
  return Object.hasOwn(MEANINGS, word) ? `; see: ${MEANINGS[word]}` : "";
}

/**
 * Words of other programs, and the commands with the same effect here, for words that resemble no command.
 *
 * @module
 */

/** Advice about commands that lxops does not have, by name. */
const MEANINGS: Readonly<Record<string, string>> = {
  addresses: "lxops ps, or lxops instance addresses",
  apply: "lxops up FILE",
  attach: "lxops shell opens a shell, lxops logs -f --console shows the console",
  backup: "lxops export FILE, or lxops snapshot FILE",
  bash: "lxops shell NAME",
  build: "lxops image build; of an existing instance: lxops publish",
  clone: "lxops instance copy; with filesystems: lxops copy-filesystems",
  compose: "leave the word out: lxops ps, lxops logs, lxops down",
  connect: "lxops shell NAME",
  console: "lxops logs -f --console NAME shows the console",
  containers: "lxops ps",
  convert: "lxops config convert FILE; of a compose file: lxops init --from COMPOSE-FILE DIR",
  copy: "lxops cp copies files, lxops instance copy an instance",
  deploy: "lxops up FILE",
  df: "lxops i filesystems -l FILE",
  diff: "lxops plan FILE",
  du: "lxops i filesystems -l FILE",
  device: "devices are in the configuration: lxops help device",
  edit: "edit the file, then: lxops plan FILE, lxops up FILE",
  enter: "lxops shell NAME",
  events: "lxops query prints what the daemon answers",
  explain: "lxops config explain FILE",
  fork: "lxops instance copy",
  freeze: "lxops pause",
  health: "lxops check FILE",
  images: "lxops image list",
  info: "lxops instance info NAME",
  inspect: "lxops instance info NAME, or lxops config explain FILE",
  install: "lxops up FILE",
  ip: "lxops ps",
  lint: "lxops i verify FILE; of a cloud-config file: lxops cloudconfig lint FILE",
  list: "lxops ps",
  log: "lxops logs",
  login: "lxops shell NAME",
  ls: "lxops ps",
  man: "lxops help",
  monitor: "lxops logs -f NAME, or lxops ps",
  mount: "a directory of the host is a device of the configuration: lxops help device",
  move: "lxops rename FILE NAME",
  mv: "lxops rename FILE NAME",
  network: "the network is that of a profile, in profiles: of the configuration; lxops ps shows addresses",
  networks: "the network is that of a profile, in profiles: of the configuration; lxops ps shows addresses",
  new: "lxops init DIR, or lxops create IMAGE NAME",
  port: "lxops ps",
  ports: "lxops ps",
  preview: "lxops plan FILE",
  provision: "lxops up FILE",
  pull: "lxops launch and lxops rebuild download images; lxops image copy does it alone",
  push: "lxops cp copies files, lxops image copy images",
  reboot: "lxops restart NAME",
  recreate: "lxops rebuild FILE",
  redeploy: "lxops rebuild FILE",
  remove: "lxops down deletes instances and keeps data; lxops destroy deletes data, too",
  restore:
    "lxops rollback -s SNAPSHOT FILE; of an export: lxops import FILE; of a rebuild: lxops rebuild --back FILE",
  resume: "lxops unpause; of a command that failed: the same command with --resume",
  revert: "lxops rollback -s SNAPSHOT FILE; of a rebuild: lxops rebuild --back FILE",
  rm: "lxops down deletes instances and keeps data; lxops destroy deletes data, too",
  rmi: "lxops image delete",
  scale: "lxops pool create keeps instances of an image ready: lxops help pools",
  schema: "lxops config schema",
  search: "lxops image list images:WORD",
  services: "lxops ps -q",
  show: "lxops instance info NAME, or lxops config print FILE",
  snapshots: "lxops snapshot list FILE",
  ssh: "lxops shell",
  stat: "lxops ps",
  stats: "lxops top NAME",
  storage: "lxops i filesystems -l FILE",
  sync: "lxops up FILE",
  system: "lxops doctor; of what rebuilds left: lxops prune FILE",
  tag: "lxops image alias create",
  teardown: "lxops down",
  terminate: "lxops down",
  test: "lxops check FILE",
  undo: "lxops rollback -s SNAPSHOT FILE; of a rebuild: lxops rebuild --back FILE",
  unfreeze: "lxops unpause",
  update: "lxops up FILE; with a new image: lxops up --rebuild FILE",
  upgrade: "lxops up FILE; with a new image: lxops up --rebuild FILE",
  validate: "lxops i verify FILE",
  verify: "lxops i verify FILE",
  volumes: "lxops i filesystems -l FILE",
  wait: "lxops instance wait NAME",
};

/** The same for words behind a group, which may be a command of another one. */
const IN_GROUPS: Readonly<Record<string, string>> = {
  "ci run": "lxops run",
  "config device": "devices are in the configuration: lxops help device",
  "config edit": "edit the file, then: lxops plan FILE, lxops up FILE",
  "config get": "lxops instance get NAME [KEY]; of a configuration: lxops config print FILE",
  "config lint": "lxops i verify FILE",
  "config set": "lxops instance set NAME KEY=VALUE; to keep it, write it into config: of the configuration",
  "config show": "lxops instance get NAME; of a configuration: lxops config print FILE",
  "config unset": "lxops instance set NAME KEY=",
  "config validate": "lxops i verify FILE",
  "config verify": "lxops i verify FILE",
  "image pull": "lxops image copy; launch and rebuild download images by themselves",
  "instance create": "lxops create IMAGE NAME",
  "instance delete": "lxops down NAME keeps data; lxops destroy NAME deletes data, too",
  "instance launch": "lxops create --start IMAGE NAME",
  "instance remove": "lxops down NAME keeps data; lxops destroy NAME deletes data, too",
  "instance rm": "lxops down NAME keeps data; lxops destroy NAME deletes data, too",
  "instance verify": "lxops i verify FILE",
  "profile create":
    "lxops create-profile FILE makes the profile of a configuration; lxops profile import FILE",
  "profile edit": "lxops profile export NAME, edit the file, and lxops profile import FILE",
  "profile set": "lxops profile export NAME, edit the file, and lxops profile import FILE",
  "profile show": "lxops query /1.0/profiles/NAME, or lxops profile export NAME",
};

/** Words that mean commands of groups, the best first. */
const SYNONYMS: readonly (readonly string[])[] = [
  ["list", "ls", "ps", "all"],
  ["delete", "remove", "destroy", "rm", "del", "unset"],
  ["info", "show", "status", "get", "inspect", "describe", "cat"],
  ["create", "add", "new", "set", "build"],
  ["rename", "mv", "move"],
  ["copy", "cp"],
  ["verify", "lint", "validate", "check"],
  ["push", "upload", "put"],
  ["pull", "download", "get"],
];

/** Returns the command with the meaning of a word; empty: there is none. */
export function meaningOf(word: string): string {
  return Object.hasOwn(MEANINGS, word) ? MEANINGS[word]! : "";
}

/** Returns what means the same as a word behind a group; empty: nothing does. */
export function meaningIn(group: string, word: string): string {
  const words = `${group} ${word}`;
  return Object.hasOwn(IN_GROUPS, words) ? IN_GROUPS[words]! : "";
}

/** Returns the command of a group that means the same as a word. */
export function synonymOf(word: string, commands: readonly string[]): string | undefined {
  const words = SYNONYMS.filter((those) => those.includes(word)).flat();
  return words.find((one) => one !== word && commands.includes(one));
}

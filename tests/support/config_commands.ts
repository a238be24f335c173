/** Command lines of `config`, `i`, `property` and the like, for tests that run every command. */

/** A configuration with what it includes and names, an old file, and global properties. */
export const FILES: Readonly<Record<string, string>> = {
  "/c/web.yaml": `#lxops-v1
description: a web server
ostype: alpine
image: (alpine-image)
include: [storage.yaml, (local)/local.yaml]
cloud-config-files: [web.cfg]
properties: {site: it's mine}
`,
  "/c/storage.yaml": `#lxops-v1
filesystems: {data: {pattern: (fsroot)/(instance), destroy: true}, srv: {pattern: /srv/(instance)}}
devices: {home: {path: /home, filesystem: data}, log: {path: /var/log, filesystem: srv, dir: .}}
`,
  "/c/web.cfg": "#cloud-config\npackages: [nginx, [curl, '8.0'], git vim]\n",
  "/c/older.yaml": "#lxdops\n# a comment\nos: {name: alpine, image: it's}\n",
  "/c/oldest.yml": "# mine\nos: {name: alpine, version: '3.18'}\npackages: [nginx]\n",
  "/c/compose.yml":
    "services: {a: {image: nginx, environment: {PASSWORD: '$${A}', B: c}}, b: {image: 'redis:alpine'}}\n",
  "/root/.config/lxops/properties.yaml":
    "# where\nfsroot: tank/lxops # the pool\nalpine-image: images:alpine/3.22\n",
};

/** Command lines that change something. */
export const CHANGING: readonly (readonly string[])[] = [
  ["config", "convert", "older.yaml", "web.yaml"],
  ["config", "convert", "-o", "new/it's.yaml", "older.yaml"],
  ["config", "convert", "-from=lxdops-old", "oldest.yml"],
  ["config", "convert", "web.yaml"],
  ["init", "-from=compose.yml", "it's new"],
  ["property", "set", "fsroot", "it's"],
  ["property", "set", "-properties", "mine.yaml", "a", "b"],
  ["property", "unset", "fsroot"],
  ["property", "unset", "nothing-like-it"],
];

/** Command lines that only look, and what they print. */
export const LOOKING: readonly (readonly [readonly string[], RegExp])[] = [
  [["config", "parse", "web.yaml"], /^$/],
  [["config", "print", "web.yaml"], /^#lxops-v1\ndescription: a web server\nostype: alpine\n[^]* {2}site: /],
  [
    ["config", "explain", "web.yaml", "image"],
    /^image: "\(alpine-image\)" {2}web\.yaml:4:1\n {2}\(alpine-image\): "images:/,
  ],
  [["config", "includes", "storage.yaml"], /^$/],
  [["config", "properties", "web.yaml"], /^site it's mine\n$/],
  [["config", "cloud-config", "web.yaml"], /^web\.cfg\n$/],
  [["config", "packages", "web.yaml"], /^nginx\ncurl=8\.0\ngit\nvim\n$/],
  [["config", "formats"], /^current format: #lxops-v1\nsupported formats:\n#lxdops\n$/],
  [["config", "schema"], /^\{\n {2}"\$schema": /],
  [["i", "verify", "web.yaml", "storage.yaml"], /^web\nstorage\n$/],
  [["i", "description", "web.yaml"], /^a web server\n$/],
  [["i", "properties", "web.yaml"], /^Effective Properties:\nKEY +VALUE\nalpine-image +images:/],
  [
    ["i", "filesystems", "web.yaml"],
    /^FILESYSTEM PATH +PATTERN +FLAGS\nsrv {8}\/srv\/web +\/srv\/\(instance\)\ndata /,
  ],
  [
    ["i", "devices", "web.yaml"],
    /^SOURCE +PATH +NAME DIR FILESYSTEM\n\/srv\/web +\/var\/log log {2}\. {3}srv\n/,
  ],
  [["i", "project", "-project", "p", "web.yaml"], /^p\n$/],
  [["property", "list"], /^KEY +VALUE\nalpine-image images:alpine\/3\.22\nfsroot +tank\/lxops\n$/],
  [["property", "get", "fsroot"], /^tank\/lxops\n$/],
  [["property", "file"], /^\/root\/\.config\/lxops\/properties\.yaml\n$/],
  [
    ["migrate", "check", "storage.yaml"],
    /^properties: 2 in .*\nstorage\.yaml: there is no instance "storage"/,
  ],
  [["ostypes"], /^almalinux\nalpine\n/],
  [["help", "device"], /^An entry of devices that is a directory has these keys:\n/],
];

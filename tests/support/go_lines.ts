/**
 * Command lines of the Go lxops with what it prints on stdout and whether it exits zero: facts of its source at
 * 578bea7 and of runs of it, in our own words. `differs` says what is meant to be another thing here, and why.
 */

/** A command line. */
export interface GoLine {
  readonly line: string;
  /** All of stdout, or what is to be in it; absent where only the exit counts. */
  readonly stdout?: string | RegExp;
  readonly zero: boolean;
  /** Reason for a difference from the Go program. */
  readonly differs?: string;
}

/** Files that the lines name. */
export const GO_FILES: Readonly<Record<string, string>> = {
  "web.yaml": `#lxops-v1
description: A web server
ostype: alpine
image: (web-image)
project: default
profiles: [default, lan]
include: [lib/base.yaml, (extra)]
cloud-config-files: [web.cfg]
filesystems:
  data: {pattern: /srv/(instance), destroy: true}
devices:
  home: {path: /home, filesystem: data}
  log: {path: /var/log, filesystem: data, dir: l/og}
properties: {color: red}
`,
  "lib/base.yaml": `#lxops-v1
properties: {color: blue, size: big}
filesystems:
  tmp: {pattern: /tmp/(project_instance), transient: true}
cloud-config-files: [base.cfg]
`,
  "lib/base.cfg": "#cloud-config\npackages: [curl, vim]\n",
  "web.cfg": "#cloud-config\npackages: [nginx]\n",
  "db.yaml": "#lxops-v1\nimage: tiny\n",
  "old.yaml": "#lxdops\nos: {name: debian, image: bookworm}\n",
  "unknown.yaml":
    "#lxops-v1\nimage: tiny\nfilesystems: {data: {pattern: (nope)/(instance)}}\ndevices: {d: {path: /d, filesystem: data}}\n",
  "template.yaml":
    "#lxops-v1\ndevice-template: (nope)\nfilesystems: {data: {pattern: /srv/(instance)}}\ndevices: {d: {path: /d, filesystem: data}}\n",
  "nocfg.yaml": "#lxops-v1\ncloud-config-files: [none.cfg]\n",
  "noheader.yaml": "image: tiny\n",
  "extra.yaml": "#lxops-v1\nproperties: {extra: yes}\n",
  "props.yaml": "web-image: tiny\n",
};

const NOT_NOTHING = "a command that needs files and gets none is a mistake on the command line";
const ANSWERS = "a negative answer is told by the exit code";

/** Lines that need no daemon. */
export const GO_OFFLINE: readonly GoLine[] = [
  // Invocation: Go's flags, with one dash or two, `-k v` and `-k=v`, and groups that have some.
  { line: "", stdout: /launch/, zero: true },
  { line: "-h", stdout: /launch/, zero: true },
  { line: "launch -h", stdout: /dry-run/, zero: true },
  { line: "i", stdout: /verify/, zero: true },
  { line: "config", stdout: /print/, zero: true },
  { line: "nonsense", zero: false },
  { line: "i nonsense", zero: false },
  { line: "i verify -nonsense web.yaml", zero: false },
  { line: "i verify -name", zero: false },
  { line: "i verify", zero: false, differs: NOT_NOTHING },
  { line: "launch", zero: false, differs: NOT_NOTHING },
  { line: "shiftids", zero: false, differs: NOT_NOTHING },
  { line: "version", stdout: /lxops/, zero: true },
  { line: "ostypes", stdout: /^alpine\n(.*\n)*debian\n(.*\n)*openwrt\n(.*\n)*ubuntu\n/m, zero: true },
  { line: "config formats", stdout: /#lxops-v1\n(.*\n)*#lxdops\n/, zero: true },
  // i: names of instances, their parts as tables; nothing is evaluated that is not shown.
  { line: "i verify web.yaml", stdout: "web\n", zero: true },
  { line: "i verify web.yaml db.yaml", stdout: "web\ndb\n", zero: true },
  { line: `i verify -name w2 web.yaml`, stdout: "w2\n", zero: true },
  { line: `i -name=w2 verify web.yaml`, stdout: "w2\n", zero: true },
  { line: `i --name w2 verify web.yaml`, stdout: "w2\n", zero: true },
  { line: "i verify -name w2 web.yaml db.yaml", zero: false },
  { line: "i verify template.yaml", zero: false },
  { line: "i verify nocfg.yaml", zero: false },
  { line: "i verify noheader.yaml", zero: false },
  { line: "i verify missing.yaml", zero: false },
  { line: "i verify old.yaml", stdout: "old\n", zero: true },
  { line: "i verify -name my_tmpl web.yaml", stdout: "my_tmpl\n", zero: true },
  { line: "i description web.yaml", stdout: "A web server\n", zero: true },
  { line: "i description db.yaml", stdout: "\n", zero: true },
  { line: "i description unknown.yaml", stdout: "\n", zero: true },
  { line: "i description template.yaml", stdout: "\n", zero: true },
  { line: "i project web.yaml", stdout: "default\n", zero: true },
  { line: "i project db.yaml", stdout: "\n", zero: true },
  { line: "i project unknown.yaml", stdout: "\n", zero: true },
  {
    line: "i properties web.yaml",
    stdout: /^Effective Properties:\n[^]*color +red\n[^]*size +big\n/,
    zero: true,
  },
  { line: "i properties -P size=small web.yaml", stdout: /size +small\n/, zero: true },
  { line: "i properties unknown.yaml", stdout: /^Effective Properties:\n/, zero: true },
  {
    line: "i filesystems web.yaml",
    stdout:
      /^FILESYSTEM +PATH +PATTERN +FLAGS\s*\ndata +\/srv\/web +\/srv\/\(instance\) +destroy\s*\ntmp +\/tmp\/web +\S+ +transient\s*\n$/,
    zero: true,
  },
  { line: "i filesystems -name w2 web.yaml", stdout: /\/srv\/w2 /, zero: true },
  { line: "i filesystems template.yaml", stdout: /\/srv\/template /, zero: true },
  { line: "i filesystems unknown.yaml", zero: false },
  {
    line: "i devices web.yaml",
    stdout:
      /^SOURCE +PATH +NAME +DIR +FILESYSTEM\s*\n\/srv\/web\/home +\/home +home +data\s*\n\/srv\/web\/l\/og +\/var\/log +log +l\/og +data\s*\n$/,
    zero: true,
  },
  { line: "i devices template.yaml", stdout: /\/srv\/template\/d /, zero: true },
  { line: "i devices unknown.yaml", zero: false },
  // config: what files come to.
  { line: "config parse web.yaml", stdout: "", zero: true },
  { line: "config parse missing.yaml", zero: false },
  { line: "config print db.yaml", stdout: "#lxops-v1\nimage: tiny\n", zero: true },
  {
    line: "config print web.yaml",
    stdout: /color: red\n +size: big\n[^]*- lib\/base\.cfg\n +- web\.cfg\n/,
    zero: true,
  },
  { line: "config print old.yaml", stdout: /^#lxops-v1\nostype: debian\nimage: bookworm\n/, zero: true },
  { line: "config -P extra=extra.yaml print web.yaml", stdout: /extra: '?yes'?\n/, zero: true },
  { line: "config -raw print web.yaml", stdout: /include:\n +- lib\/base\.yaml\n/, zero: true },
  { line: "config print noheader.yaml", zero: false },
  { line: "config print missing.yaml", zero: false },
  { line: "config properties web.yaml", stdout: /color +red\n[^]*size +big\n/, zero: true },
  { line: "config packages web.yaml", stdout: "curl\nvim\nnginx\n", zero: true },
  { line: "config cloud-config web.yaml", stdout: "lib/base.cfg\nweb.cfg\n", zero: true },
  { line: "config includes web.yaml", stdout: /lib\/base\.yaml\n/, zero: true },
  // property: of the machine's files.
  { line: "property list -properties props.yaml", stdout: /web-image +tiny\n/, zero: true },
  { line: "property -properties props.yaml list", stdout: /web-image +tiny\n/, zero: true },
  { line: "property get -properties props.yaml web-image", stdout: "tiny\n", zero: true },
  { line: "property get -properties props.yaml other", stdout: "\n", zero: true },
  { line: "property get -properties missing.yaml web-image", zero: false },
  { line: "property list -properties missing.yaml", zero: false },
  { line: "property get", zero: false },
  { line: "property set one", zero: false },
  { line: "property file -properties props.yaml", stdout: /props\.yaml\n$/, zero: true },
  { line: "i verify -properties missing.yaml web.yaml", zero: false },
  { line: "i verify -properties= web.yaml", stdout: "web\n", zero: true },
  { line: "launch -properties missing.yaml web.yaml", zero: false },
  // profile list reads files only.
  { line: "profile list web.yaml", stdout: "default\nlan\nweb.lxops\n", zero: true },
  { line: "profile list -name w2 web.yaml", stdout: "default\nlan\nw2.lxops\n", zero: true },
  { line: "profile list unknown.yaml", stdout: /unknown\.lxops\n$/, zero: true },
  { line: "profile list template.yaml", stdout: /template\.lxops\n$/, zero: true },
  // What is refused before anything is looked at.
  { line: "snapshot -s= db.yaml", zero: false },
  { line: "snapshot -s s1 -R db.yaml", zero: false },
  { line: "rollback db.yaml", zero: false },
  { line: "rollback -s= db.yaml", zero: false },
  { line: "rename db.yaml", zero: false },
  { line: "export -d /out db.yaml web.yaml", zero: false },
  { line: "copy-filesystems -c db.yaml -container a -from-host x -to-host y", zero: false },
  { line: "cloudconfig web.cfg", zero: false },
  {
    line: "cloudconfig -ostype ?",
    stdout: /alpine\n[^]*debian\n/,
    zero: true,
    differs: "a list that was asked for is no failure",
  },
  { line: "launch missing.yaml", zero: false },
  { line: "delete missing.yaml", zero: false },
];

/** Lines for a daemon; it has the instances web and db, and the profiles default, lan and web.lxops. */
export const GO_DAEMON: readonly GoLine[] = [
  { line: "instance profiles web", stdout: "default\nlan\nweb.lxops\n", zero: true },
  {
    line: "instance devices web",
    stdout: /^SOURCE +PATH +NAME +READONLY\s*\n[^]*\/srv\/web\/home +\/home +home/,
    zero: true,
  },
  {
    line: "instance hwaddr",
    stdout: /^HWADDR +NAME +NIC\s*\n/,
    zero: true,
    differs: "all NICs are listed, with their names in a third column",
  },
  { line: "instance info web", stdout: /name: web\n/, zero: true },
  { line: "image instances", stdout: /^IMAGE +INSTANCE\s*\n/, zero: true },
  { line: "profile exists default", stdout: "default\n", zero: true },
  { line: "profile exists nobody", stdout: "", zero: false, differs: ANSWERS },
  { line: "profile diff web.yaml", stdout: "", zero: true },
  {
    line: "profile diff db.yaml",
    stdout: /db profiles only in config: db\.lxops\n/,
    zero: false,
    differs: ANSWERS,
  },
  { line: "profile diff -name nobody db.yaml", zero: false },
  { line: "profile reorder web.yaml", stdout: "", zero: true },
  { line: "profile reorder db.yaml", zero: false, differs: ANSWERS },
  { line: "create-profile -dry-run web.yaml", zero: true },
  { line: "create-profile -dry-run template.yaml", zero: true },
  { line: "delete -name nobody db.yaml", stdout: "", zero: true },
  { line: "destroy -name nobody db.yaml", stdout: "", zero: true },
  { line: "destroy -name my_tmpl -dry-run web.yaml", zero: true },
  { line: "delete -dry-run db.yaml", zero: true },
  {
    line: "delete -dry-run nocfg.yaml",
    zero: true,
    differs: "what is not there of a cloud-config matters to no deletion",
  },
  { line: "rename db.yaml db", zero: false },
  { line: "rename -name nobody db.yaml b", zero: false },
  { line: "rebuild -name nobody db.yaml", zero: false },
  { line: "configure -name nobody db.yaml", zero: false },
  { line: "launch db.yaml", zero: false },
  { line: "publish -dry-run -c db.yaml nobody-20260105/copy", zero: true },
  { line: "export -dry-run -d /out web.yaml", zero: true },
  { line: "snapshot -dry-run -s s1 web.yaml", zero: true },
  {
    line: "create-devices -dry-run -name alpine-3.23 web.yaml",
    stdout: /\/srv\/alpine-3\.23\/home/,
    zero: true,
  },
];

/**
 * Lines for a real daemon, in order. NAME is an instance that runs, made by w.yaml, whose image is a
 * property that the machine has no more; DIR is its directory on the host.
 */
export const GO_REAL: readonly GoLine[] = [
  { line: "instance profiles NAME", stdout: "default\nNAME.lxops\n", zero: true },
  { line: "instance profiles nobody", zero: false },
  {
    line: "instance devices NAME",
    stdout: /^SOURCE +PATH +NAME +READONLY\s*\n([^]*\n)?DIR\/data +\/data +data/,
    zero: true,
  },
  { line: "instance devices nobody", zero: false },
  { line: "instance info NAME", stdout: /name: NAME\n/, zero: true },
  { line: "instance info nobody", zero: false },
  { line: "instance addresses", stdout: /^([^]*\n)?\d+\.\d+\.\d+\.\d+,NAME\n/, zero: true },
  { line: "instance wait NAME", zero: true },
  { line: "instance wait nobody", zero: false },
  {
    line: "instance hwaddr",
    stdout: /^HWADDR +NAME[^\n]*\n([^]*\n)?([0-9a-f]{2}:){5}[0-9a-f]{2} +NAME\b/,
    zero: true,
  },
  { line: "image instances", stdout: /^IMAGE +INSTANCE\s*\n([^]*\n)?tiny +NAME\s*\n/, zero: true },
  { line: "profile exists NAME.lxops", stdout: "NAME.lxops\n", zero: true },
  { line: "profile list -name NAME w.yaml", stdout: "default\nNAME.lxops\n", zero: true },
  { line: "profile diff -name NAME w.yaml", stdout: "", zero: true },
  { line: "profile apply -name NAME w.yaml", stdout: "", zero: true },
  { line: "profile reorder -name NAME w.yaml", stdout: "", zero: true },
  { line: "create-profile -name NAME w.yaml", stdout: "NAME.lxops\n", zero: true },
  { line: "snapshot -s s1 -name NAME w.yaml", zero: true },
  { line: "snapshot -s= -name NAME w.yaml", zero: false },
  { line: "rollback -s none -name NAME w.yaml", zero: false },
  { line: "publish -dry-run -c w.yaml nobody-20260105/copy", stdout: /w-20260105/, zero: true },
  { line: "publish nobody/copy", zero: false },
  { line: "launch -P web-image=tiny -name NAME w.yaml", zero: false },
  {
    line: "delete -name NAME w.yaml",
    zero: false,
    differs: "the Go program discards the refusal to delete an instance that runs, and goes on with its data",
  },
  {
    line: "destroy -name NAME w.yaml",
    zero: false,
    differs: "the Go program discards the refusal to delete an instance that runs, and destroys its data",
  },
  { line: "instance stop NAME", zero: true },
  { line: "export -d out -name NAME w.yaml", zero: true },
  { line: "snapshot -d -s s1 -name NAME w.yaml", zero: true },
  { line: "delete -name NAME w.yaml", zero: true },
  { line: "delete -name NAME w.yaml", zero: true },
  { line: "delete -must-exist -name NAME w.yaml", zero: false, differs: "the Go program has no such flag" },
  { line: "destroy -name NAME w.yaml", zero: true },
  { line: "destroy -name NAME w.yaml", zero: true },
  { line: "create-devices -name NAME_tmpl w.yaml", zero: true },
  { line: "i devices -name NAME_tmpl w.yaml", stdout: /NAME_tmpl\/data/, zero: true },
  { line: "destroy -name NAME_tmpl w.yaml", zero: true },
];

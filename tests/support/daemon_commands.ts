/** Command lines of the commands that ask the daemon about instances, profiles, images and projects. */
import { worldOf, type WorldSpec } from "../plan/world_spec.ts";
import { built } from "./built_images.ts";
import type { World } from "../../lib/plan/world.ts";

/** A command that changes something. */
export interface ChangingCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly world: World;
}

const DIRECTORY = { kind: "directory", mode: 0o755, uid: 0, gid: 0, size: 0 } as const;
const TOKEN = btoa(JSON.stringify({ fingerprint: "ab".repeat(32), addresses: ["new:8443"], secret: "s" }));
const CLIENT = { "/root/.config/incus/client.crt": "C\n", "/root/.config/incus/client.key": "K\n" };
const IMAGES = [{ aliases: ["tiny"] }, { aliases: [], fingerprint: "1".repeat(64) }];
const PLAIN = "#lxops-v1\nimage: tiny\n";

/** Commands that change something. */
export const CHANGING: readonly ChangingCase[] = [
  {
    name: "import of an export of the Go lxops, with its image",
    args: ["import", "-image", "-d", "/out", "a.yaml"],
    files: {
      "/c/a.yaml": "#lxops-v1\nfilesystems:\n  main:\n    pattern: tank/a\n  files:\n    pattern: /srv/a\n",
      "/out/image.tar.gz": "an image",
    },
    world: worldOf({
      paths: { "/out/main.tar.gz": "file", "/out/files.tar.gz": "file", "/out/image.tar.gz": "file" },
    }),
  },
  {
    name: "instance addresses into a file",
    args: ["instance", "addresses", "-o", "/c/hosts.csv", "-headers"],
    world: worldOf({ instances: [{ name: "a" }], extensions: ["instance_all_projects"] }),
  },
  {
    name: "instance number",
    args: ["instance", "number", "-f", "/c/n.csv", "-first=10", "b"],
    files: { "/c/n.csv": "a,10\n" },
    world: worldOf({}),
  },
  {
    name: "up",
    args: ["up", "/c/a.yaml"],
    files: { "/c/a.yaml": "#lxops-v1\nimage: tiny\nprofiles: [default, b]\n" },
    world: worldOf({ instances: [{ name: "a" }], profiles: [{ name: "b" }] }),
  },
  {
    name: "profile apply",
    args: ["profile", "apply", "/c/a.yaml"],
    files: { "/c/a.yaml": "#lxops-v1\nimage: tiny\nprofiles: [default, b]\n" },
    world: worldOf({ instances: [{ name: "a" }], profiles: [{ name: "b" }] }),
  },
  {
    name: "profile reorder",
    args: ["profile", "reorder", "/c/a.yaml"],
    files: { "/c/a.yaml": "#lxops-v1\nimage: tiny\n" },
    world: worldOf({ instances: [{ name: "a", profiles: ["a.lxops", "default"] }] }),
  },
  {
    name: "profile export",
    args: ["profile", "export", "-d", "/c", "default"],
    world: { ...worldOf({}), paths: new Map([["/c", DIRECTORY]]) },
  },
  {
    name: "profile import",
    args: ["profile", "import", "/c/default", "/c/new"],
    files: { "/c/default": "config: {limits.cpu: 2}\n", "/c/new": "description: x\n" },
    world: worldOf({}),
  },
  ...[
    ["volume", "export", "default/v", "/c/it's.tar.gz"],
    ["volume", "export", "-project=web", "-backup", "b", "default/v", "v.tar.gz"],
    ["volume", "import", "default/v", "/c/v.tar.gz"],
    ["image", "copy", "-from-project=web", "-alias", "it's", "-public", "tiny"],
    ["image", "copy", "-alias", "x", "-auto-update", "images:alpine/3.22"],
    ["instance", "shell", "-project=web", "s"],
    ["instance", "shell", "s", "--", "top", "-d", "it's"],
    ["image", "delete", "f00d"],
    ["image", "export", "tiny", "/c/tiny.img"],
    ["image", "import", "-alias=n", "-property", "os=it's", "/c/a", "/c/b"],
    ["image", "alias", "create", "n", "tiny"],
    ["image", "alias", "delete", "tiny"],
    ["image", "alias", "rename", "tiny", "n"],
    ["remote", "add", "-fingerprint", "ab".repeat(32), "new", "https://new:8443"],
    ["remote", "add", "-protocol=simplestreams", "new", "https://images.example.org"],
    ["remote", "add", "new", TOKEN],
    ["remote", "remove", "old"],
    ["shiftids", "-u", "1000000", "-g=1000000", "/c/d/"],
    ["shiftids", "/c/d"],
    ["publish", "-alias=new", "-os", "it's", "-force", "a-1.2"],
    ["publish", "-alias=tiny", "-reuse", "s"],
    ["publish", "-alias=new", "s", "org=it's", "release=", "variant=a/b:c"],
  ].map((args) => ({
    name: args.join(" "),
    args,
    files: { "/c/a": "a", "/c/b": "b", ...CLIENT },
    world: worldOf({
      paths: { "/c/d": "directory" },
      instances: [{ name: "a-1.2" }, { name: "s", status: "Stopped" }],
      images: IMAGES,
    }),
  })),
  ...[["image", "update", "web"], ["image", "update", "copied"], [
    "image",
    "shell",
    "web",
    "--",
    "sh",
    "-c",
    "it's",
  ]]
    .map((
      args,
    ) => ({
      name: args.join(" "),
      args,
      files: { "/c/a.yaml": PLAIN },
      world: worldOf({
        images: [
          { aliases: ["tiny"] },
          {
            ...built("1", 1, { aliases: ["web"] }),
            properties: {
              ...built("1", 1).properties,
              ...{ "lxops.key": "k", "lxops.recipe": "/c/a.yaml", "lxops.base-alias": "tiny", os: "it's" },
              ...{
                "lxops.base": "f00d".repeat(16),
                "lxops.options": '{"check":["true"],"host-key":"image"}',
              },
            },
          },
          {
            fingerprint: "2".repeat(64),
            aliases: ["copied"],
            origin: { server: "https://images.example.org", alias: "x" },
          },
        ],
      }),
    })),
  ...[
    ["image", "rollback", "web"],
    ["image", "rollback", "-no-lock", "web", "111"],
    ["image", "prune", "-force", "-keep", "1"],
    ["image", "prune", "-f", "-keep=1", "web@packages", "web"],
  ].map((args) => ({
    name: args.join(" "),
    args,
    world: worldOf({
      images: [
        built("1", 1),
        built("2", 2),
        built("3", 3, { aliases: ["web"], previous: "2" }),
        built("5", 1, { alias: "old", level: "packages", aliases: ["old@packages"] }),
      ],
    }),
  })),
  { name: "instance stop of two", args: ["instance", "stop", "a", "b"], world: worldOf({}) },
  {
    name: "instance start of two",
    args: ["instance", "start", "-until", "network", "a", "b"],
    world: worldOf({ instances: [{ name: "a", status: "Stopped" }, { name: "b" }] }),
  },
  {
    name: "instance restart",
    args: ["instance", "restart", "-wait-stop=3", "a", "b", "a"],
    world: worldOf({ instances: [{ name: "a" }, { name: "b", ephemeral: true }] }),
  },
];

/** The world that commands without changes find. */
export const SPEC: WorldSpec = {
  instances: [{ name: "a", config: { "user.lxops.image": "tiny" }, createdAt: "2020-01-01T00:00:00Z" }],
  profiles: [{ name: "a.lxops" }],
};

/** The files that they read. */
export const FILES = {
  "/c/a.yaml": PLAIN,
  "/c/checked.yaml": "#lxops-v1\nchecks: [{tcp: 80}, {http: {}}]\n",
};

/** Commands that only look, and what they print. */
export const LOOKING: readonly (readonly [readonly string[], RegExp])[] = [
  [["instance", "wait", "a"], /^$/],
  [["instance", "idmap", "a"], /^231072:231072\n$/],
  [["instance", "compare-ids", "a", "b"], /^$/],
  [["instance", "list"], /^NAME STATE .*\na +Running \d+d +tiny\n$/],
  [["instance", "profiles", "a"], /^default\na.lxops\n$/],
  [["instance", "devices", "a"], /^SOURCE PATH NAME READONLY\n$/],
  [["instance", "check", "-tcp", "80", "a"], /^$/],
  [
    ["check", "-name", "a", "checked.yaml"],
    /^INSTANCE CHECK {4}RESULT SEEN\na {8}tcp 80 {3}passed\na {8}http 80\/ passed\n$/,
  ],
  [["instance", "hwaddr"], /^HWADDR NAME NIC\n {7}a +eth0\n$/],
  [["instance", "info", "a"], /\nname: a\n$/],
  // deno-lint-ignore no-control-regex
  [["instance", "content", "a", "/etc"], /^\.\x00+0000755\x000703240\x000703240\x00/],
  [["instance", "logs", "a", "lxc.log"], /^log\n$/],
  [["profile", "list", "/c/a.yaml"], /^default\na.lxops\n$/],
  [["profile", "diff", "/c/a.yaml"], /^$/],
  [["plan", "/c/a.yaml"], /^a: up to date\nNo changes\n$/],
  [["lost", "/c/a.yaml"], /^INSTANCE SIZE MODIFIED PATH\n$/],
  [["status", "--guest", "/c/a.yaml"], /^a: up to date\nNo changes\n$/],
  [["profile", "exists", "default"], /^default\n$/],
  [["image", "list"], /^ALIAS .*\ntiny +f00df00df00d container x86_64 0B /],
  [["image", "show", "tiny"], /^fingerprint +f00d.*\naliases +tiny\n/],
  [["image", "diff", "tiny", "f00d"], /^$/],
  [["image", "history", "tiny"], /^CURRENT .*\n\* +f00df00df00d /],
  [["image", "instances"], /^IMAGE INSTANCE\n +a\n$/],
  [["image", "alias", "list"], /^ALIAS FINGERPRINT\ntiny +f00d/],
  [["remote", "list"], /^NAME .*\ndocker .*\nimages +https:.*\nlocal +\* +unix:\/\/ +incus +false\nold /],
  [["project", "list"], /^NAME .*\ndefault \* +false\nweb +false\n$/],
];

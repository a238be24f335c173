/** Command lines of commands that change something and are in no other table. */
import type { World } from "../../lib/plan/world.ts";
import { SUM } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

/** A command line with the world that it meets. */
export interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly world: World;
}

/** A cloud-config with secrets. */
export const CLOUD_CONFIG = `#cloud-config
packages: [curl]
write_files: [{path: /root/key, content: secret, permissions: "0600"}]
users: [{name: ann, plain_text_passwd: hunter2, lock_passwd: false}]
runcmd: ["echo 'END'"]
`;

/** Commands that change something and need no configuration file. */
export const OTHERS: readonly Case[] = [
  {
    name: "import",
    args: ["import", "-d", "/out", "a.yaml"],
    files: {
      "/c/a.yaml": "#lxops-v1\nfilesystems:\n  main:\n    pattern: tank/a\n  files:\n    pattern: /srv/a\n",
      "/out/manifest.json": JSON.stringify({
        format: 1,
        lxops: "0.1.0",
        server: "incus 6.0.4",
        instance: "b",
        project: "default",
        snapshot: "",
        filesystems: [["main", "zfs", "tank/b"], ["files", "dir", "/srv/b"]].map(([id, kind, path]) => (
          { id, kind, path, archive: `${id}.tar.gz` }
        )),
      }),
      "/out/SHA256SUMS": ["manifest.json", "main.tar.gz", "files.tar.gz"].map((file) => `${SUM}  ${file}\n`)
        .join(""),
    },
    world: worldOf({}),
  },
  {
    name: "doctor",
    args: ["doctor", "-fix"],
    world: worldOf({
      extensions: ["instances"],
      instances: [{ name: "a", status: "Frozen", config: { "user.lxops.frozen": "true" } }],
      paths: { "/root/.config/lxops/record.key": "file" },
    }),
  },
  {
    name: "instance exec",
    args: ["instance", "exec", "-env", "A=it's", "-project", "web", "a", "--", "ls", "-l", "/a b"],
    world: worldOf({}),
  },
  {
    name: "instance exec with input",
    args: ["instance", "exec", "a", "cat"],
    stdin: "one\nEND\n# two\n",
    world: worldOf({}),
  },
  {
    name: "file push of stdin",
    args: ["file", "push", "-mode", "600", "-uid", "5", "-gid=6", "-", "a/etc/x y"],
    stdin: "%s\\\u00fc\n",
    world: worldOf({}),
  },
  {
    name: "file push of a file",
    args: ["file", "push", "/c/motd", "a/etc/motd"],
    files: { "/c/motd": "hello" },
    world: worldOf({}),
  },
  {
    name: "instance keep",
    args: ["instance", "keep", "-store", "/data/k", "a", "machine-id"],
    world: worldOf({ instances: [{ name: "a" }] }),
  },
  {
    name: "query with a body",
    args: ["query", "-X", "patch", "-d", '{"config":{"user.x":"it\'s"}}', "/1.0/instances/a?project=web"],
    world: worldOf({}),
  },
  {
    name: "cloudconfig of two instances",
    args: ["cloudconfig", "-show-secrets", "-ostype=debian", "-f", "a.cfg", "-step-timeout=5", "a", "b"],
    files: { "/c/a.cfg": CLOUD_CONFIG },
    world: worldOf({ instances: [{ name: "a" }, { name: "b" }] }),
  },
  {
    name: "cloudconfig of stdin",
    args: ["cloudconfig", "-show-secrets", "a"],
    stdin: CLOUD_CONFIG,
    world: worldOf({ instances: [{ name: "a", config: { "image.os": "Debian" } }] }),
  },
  {
    name: "instance cloudconfig",
    args: ["instance", "cloudconfig", "-i=a", "-show-secrets", "a.cfg"],
    files: { "/c/a.cfg": CLOUD_CONFIG },
    world: worldOf({ instances: [{ name: "a" }], releases: { a: "ID=alpine\n" } }),
  },
];

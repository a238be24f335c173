import { assertEquals, assertRejects } from "@std/assert";
import { loadConfig } from "../../../lib/config/load/load.ts";
import { convertOld } from "../../../lib/config/formats/lxdops_old.ts";
import { ConfigError, formatIssue } from "../../../lib/base/errors.ts";
import { memoryIo } from "../memory_io.ts";

async function convert(text: string, files: Record<string, string> = {}) {
  const { files: made, issues } = await convertOld(
    "/etc/lx/web.yaml",
    text,
    (path) => Promise.resolve(files[path]),
  );
  return {
    files: Object.fromEntries(made.map(({ path, text }) => [path, text])),
    issues: issues.map(formatIssue),
  };
}

Deno.test("convertOld() splits a file into a configuration and cloud-config", async () => {
  const { files, issues } = await convert(
    `os: {name: alpine, version: 3.12}
include: [base.yaml]
filesystems:
  default: {pattern: z/host/(instance), destroy: yes}
devices:
  home: {path: /home, filesystem: default}
packages: [nginx, php7]
users:
- {name: me, uid: 1001, sudo: yes, shell: /bin/ash, home: /home/me, groups: [wheel, adm], authorized_keys: keys}
files:
- {path: /etc/x.conf, source: x.conf, mode: 0640, user: me, group: me}
pre-scripts:
- body: echo first
scripts:
- {name: a, body: "echo a\\necho b", dir: /tmp}
- {file: run.sh}
`,
    {
      "/etc/lx/x.conf": "x = 1\n",
      "/etc/lx/keys": "# mine\nssh-ed25519 AAA me\n",
      "/etc/lx/run.sh": "#!/bin/sh\n",
    },
  );
  assertEquals(issues, []);
  assertEquals(
    files["web.yaml"],
    `#lxops-v1
ostype: alpine
image: 'images:alpine/3.12'
filesystems:
  default:
    pattern: z/host/(instance)
    destroy: true
devices:
  home:
    path: /home
    filesystem: default
include:
  - base.yaml
cloud-config-files:
  - web-pre.cfg
  - web.cfg
`,
  );
  assertEquals(files["web-pre.cfg"], "#cloud-config\nruncmd:\n  - |\n    echo first\n");
  assertEquals(
    files["web.cfg"],
    `#cloud-config
packages:
  - nginx
  - php7
users:
  - name: me
    uid: '1001'
    shell: /bin/ash
    homedir: /home/me
    groups: 'wheel,adm'
    sudo: 'ALL=(ALL) NOPASSWD:ALL'
    ssh_authorized_keys:
      - ssh-ed25519 AAA me
write_files:
  - path: /etc/x.conf
    owner: 'me:me'
    permissions: '0640'
    content: |
      x = 1
    defer: true
  - path: /root/run.sh
    permissions: '0555'
    content: |
      #!/bin/sh
    defer: true
runcmd:
  - |
    cd /tmp
    echo a
    echo b
  - /root/run.sh
`,
  );
});

Deno.test("convertOld() takes the lists of 2020 and 2021", async () => {
  const { files, issues } = await convert(
    "os: {name: ubuntu, version: 20.04}\nhost-fs: prod\ndevices:\n- {name: home, path: /home}\n- {name: db, path: /db, recordsize: 16K}\n",
  );
  assertEquals(files, {
    "web.yaml": `#lxops-v1
ostype: ubuntu
image: 'ubuntu:20.04'
filesystems:
  host:
    pattern: (zfsroot)/prod/(instance)
  db:
    pattern: (zfsroot)/prod/(instance)/db
    zfsproperties:
      recordsize: 16K
devices:
  home:
    path: /home
    filesystem: host
  db:
    path: /db
    filesystem: db
    dir: .
`,
  });
  assertEquals(issues, [
    '/etc/lx/web.yaml:3:1 devices: warning: The dataset that all filesystems were in is now the property "zfsroot"; set it',
  ]);
  const lists = await convert(
    "filesystems:\n- {pattern: /x/(.container)}\n- {id: b, pattern: z/(.instance)}\ndevices:\n- {name: a, path: /a}\n- {name: c, path: /c, filesystem: b, dir: .}\n- {name: d, path: /d, dir: /srv}\n",
  );
  assertEquals(
    lists.files["web.yaml"],
    `#lxops-v1
filesystems:
  default:
    pattern: /x/(instance)
  b:
    pattern: z/(instance)
devices:
  a:
    path: /a
    filesystem: default
  c:
    path: /c
    filesystem: b
    dir: .
  d:
    path: /d
    dir: /srv
`,
  );
});

Deno.test("convertOld() names everything that has no successor", async () => {
  const { issues } = await convert(
    `container: x
stop: true
passwords: [root]
require: [/x]
pull: [{path: /x}]
users:
- {current: true}
- {name: a, ssh: true, authorized_keys: nope}
- {name: b, ssh: true}
scripts:
- {body: x, reboot: yes, uid: 1000}
- {body: y, first: true}
files:
- {path: /x, source: gone}
misspelt: 1
`,
  );
  assertEquals(issues.map((issue) => issue.replace("/etc/lx/web.yaml:", "")), [
    "1:1 container: warning: It is not converted: instances are named by their file or by --name",
    "2:1 stop: warning: It is not converted: stop the instance with its client",
    "3:1 passwords: warning: It is not converted: random passwords are not set any more; users are made without one",
    "4:1 require: warning: It is not converted: files that must exist on the host are not checked any more",
    "5:1 pull: warning: It is not converted: files are not pulled from instances any more",
    "7:4 users.0: warning: It stood for the user who ran lxdops; give it a name",
    '8:24 users.1.authorized_keys: warning: There is no file "nope"; fill in its content',
    "9:13 users.2.ssh: warning: It copied the keys of the user who ran lxdops; list keys in ssh_authorized_keys",
    "11:4 scripts.0: warning: It ran as another user; commands run as root now",
    "11:13 scripts.0.reboot: warning: Instances are not rebooted between commands any more",
    '14:14 files.0.source: warning: There is no file "gone"; fill in its content',
    '15:1 misspelt: warning: Unknown key "misspelt" is ignored',
  ]);
});

Deno.test("convertOld() makes a configuration that loads", async () => {
  const { files } = await convert(
    "os: {name: debian, image: a}\nscripts:\n- {body: x, first: true}\n- {body: 'it''s'}\n",
  );
  const { config } = await loadConfig("web.yaml", memoryIo(files), {});
  assertEquals([config.ostype, config.image], ["debian", "a"]);
  assertEquals(config.cloudConfigFiles, ["/home/u/web-pre.cfg", "/home/u/web.cfg"]);
});

Deno.test("convertOld() refuses errors in the old file", async () => {
  await assertRejects(
    () => convert("packages: vim\n"),
    ConfigError,
    "web.yaml:1:1 packages: A list is expected here",
  );
});

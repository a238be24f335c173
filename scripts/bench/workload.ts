/**
 * Workload of the benchmark: five devices on plain directories, eight packages, five files, two users, five commands;
 * as configuration files for lxops, and as the requests and the script with the same result.
 *
 * @module
 */

/** Directory in which an instance's directories are created. */
export interface Place {
  /** Directory of configuration files. */
  readonly configs: string;
  /** Directory that containers can reach. */
  readonly plain: string;
}

const DEVICES: Readonly<Record<string, string>> = {
  etc: "/etc/opt",
  home: "/home",
  log: "/var/log",
  opt: "/opt",
  srv: "/srv",
};
const PACKAGES = ["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"].join(" ");

const CLOUD_CONFIG = `#cloud-config
packages: [${PACKAGES.replaceAll(" ", ", ")}]
write_files:
- {path: /etc/one.conf, content: "one\\n"}
- {path: /etc/two.conf, content: "two\\n", permissions: "0600"}
- {path: /usr/local/bin/three, content: "#!/bin/sh\\n", permissions: "0755"}
- {path: /etc/opt/four, content: "four\\n"}
- {path: /srv/five, content: "five\\n"}
users:
- {name: anna, uid: 2001}
- {name: berta, uid: 2002}
runcmd:
- echo 1 >>/etc/ran
- echo 2 >>/etc/ran
- echo 3 >>/etc/ran
- echo 4 >>/etc/ran
- echo 5 >>/etc/ran
`;

const SCRIPT = `set -e
echo one >/etc/one.conf
echo two >/etc/two.conf
chmod 600 /etc/two.conf
echo '#!/bin/sh' >/usr/local/bin/three
chmod 755 /usr/local/bin/three
echo four >/etc/opt/four
echo five >/srv/five
apk add ${PACKAGES}
adduser -D -g '' -u 2001 anna
adduser -D -g '' -u 2002 berta
sed -i 's/^\\(anna\\|berta\\):[^:]*:/\\1:*:/' /etc/shadow
for n in 1 2 3 4 5; do echo $n >>/etc/ran; done
`;

const STATE = `cd /
cat /etc/passwd /etc/group /etc/ran /var/log/tiny.log
cut -d: -f1,2 /etc/shadow
stat -c '%n %a %u %g' /home/* ${Object.values(DEVICES).join(" ")}
for f in /etc/one.conf /etc/two.conf /usr/local/bin/three /etc/opt/four /srv/five; do
  stat -c '%n %a %u %g' $f && cat $f
done
`;

/** The floor's way to configure an instance, and how to read what came of it. */
export const scripts = { configure: SCRIPT, state: STATE } as const;

/** A note on an instance of what was applied to it, as long as that of lxops; its content differs. */
export const RECORD: Readonly<Record<string, string>> = { "user.lxops.record": "x".repeat(1000) };

/** Writes the configuration files of some instances; `bare` ones have no cloud-config. */
export async function writeConfigs(place: Place, names: readonly string[], bare: boolean): Promise<void> {
  await Deno.writeTextFile(`${place.configs}/bench.cfg`, CLOUD_CONFIG);
  const devices = Object.entries(DEVICES).map(([id, path]) =>
    `  ${id}: {path: ${path}, filesystem: plain}\n`
  );
  const text = `#lxops-v1
ostype: alpine
image: busy
${bare ? "" : "cloud-config-files: [bench.cfg]\n"}filesystems:
  plain: {pattern: ${place.plain}/(instance), destroy: true}
devices:
${devices.join("")}`;
  for (const name of names) await Deno.writeTextFile(`${place.configs}/${name}.yaml`, text);
}

/** Returns the directories of an instance, outermost first. */
export function directories(place: Place, name: string): readonly string[] {
  return [`${place.plain}/${name}`, ...Object.keys(DEVICES).map((id) => `${place.plain}/${name}/${id}`)];
}

/** Returns the body of the request that creates an instance's profile. */
export function profileBody(place: Place, name: string): unknown {
  const devices = Object.entries(DEVICES).map(([id, path]) =>
    [id, { type: "disk", path, source: `${place.plain}/${name}/${id}` }] as const
  );
  return {
    name: `${name}.lxops`,
    description: `${place.configs}/${name}.yaml`,
    config: { "user.lxops.devices": Object.keys(DEVICES).join(",") },
    devices: Object.fromEntries(devices),
  };
}

/** Returns the body of the request that creates an instance. */
export function instanceBody(place: Place, name: string, image: string): Record<string, unknown> {
  return {
    name,
    type: "container",
    source: { type: "image", fingerprint: image },
    profiles: ["default", `${name}.lxops`],
    config: { "user.lxops.config": `${place.configs}/${name}.yaml`, "user.lxops.image": "busy" },
  };
}

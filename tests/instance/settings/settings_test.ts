/** Ports, addresses, limits and other keys of a configuration become settings, or errors at their places. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { ConfigError } from "../../../lib/base/errors.ts";
import type { Settings } from "../../../lib/instance/settings/settings.ts";
import { targetsOf } from "../../support/targets.ts";

async function settingsOf(text: string, more: Record<string, string> = {}): Promise<Settings> {
  const [target] = await targetsOf({ "a.yaml": text, ...more });
  return target!.instance.settings;
}

async function problemsOf(text: string): Promise<string> {
  try {
    await targetsOf({ "a.yaml": text });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map(({ line, column, key, message }) => `${line! - 1}:${column} ${key}: ${message}`)
      .join(
        "\n",
      );
  }
  throw new Error(`accepted: ${text}`);
}

const PORTS: readonly (readonly [text: string, name: string, listen: string, connect: string])[] = [
  ['"8080:80"', "port-8080", "tcp:0.0.0.0:8080", "tcp:127.0.0.1:80"],
  ['"127.0.0.1:8080:80/udp"', "port-8080-udp-127.0.0.1", "udp:127.0.0.1:8080", "udp:127.0.0.1:80"],
  ['"3000-3005:4000-4005"', "port-3000-3005", "tcp:0.0.0.0:3000-3005", "tcp:127.0.0.1:4000-4005"],
  ['"3000-3001:80"', "port-3000-3001", "tcp:0.0.0.0:3000-3001", "tcp:127.0.0.1:80"],
  ['"[::1]:22:22"', "port-22-__1", "tcp:[::1]:22", "tcp:127.0.0.1:22"],
  ["22:22", "port-22", "tcp:0.0.0.0:22", "tcp:127.0.0.1:22"],
  ["{target: 80}", "port-80", "tcp:0.0.0.0:80", "tcp:127.0.0.1:80"],
  ["{target: 80, published: 81, protocol: udp}", "port-81-udp", "udp:0.0.0.0:81", "udp:127.0.0.1:80"],
  [
    "{target: 80, published: 81, host_ip: 10.0.0.1}",
    "port-81-10.0.0.1",
    "tcp:10.0.0.1:81",
    "tcp:127.0.0.1:80",
  ],
  [
    "{target: 80, published: 81, host-ip: 10.0.0.1}",
    "port-81-10.0.0.1",
    "tcp:10.0.0.1:81",
    "tcp:127.0.0.1:80",
  ],
  ['"(host):80:80"', "port-80-10.1.1.1", "tcp:10.1.1.1:80", "tcp:127.0.0.1:80"],
];

for (const [text, name, listen, connect] of PORTS) {
  Deno.test(`ports: [${text}] is a proxy`, async () => {
    const { devices } = await settingsOf(`properties: {host: 10.1.1.1}\nports: [${text}]\n`);
    assertEquals(devices, [{ name, key: "ports.0", device: { type: "proxy", listen, connect } }]);
  });
}

Deno.test("a port with nat is forwarded to the static address", async () => {
  const { devices } = await settingsOf(
    "addresses: {eth0: 10.0.0.5}\nports: [{target: 80, published: 81, host-ip: 1.2.3.4, nat: yes}]\n",
  );
  assertEquals(devices[0]?.device, {
    type: "proxy",
    listen: "tcp:1.2.3.4:81",
    connect: "tcp:10.0.0.5:80",
    nat: "true",
  });
});

const WRONG: readonly (readonly [text: string, problem: string])[] = [
  ['ports: ["80"]', '1:9 ports.0: "80" does not say a port of the host; the form is "8080:80"'],
  ['ports: ["x:80"]', '1:9 ports.0: "x" is no port of the host'],
  ['ports: ["80:99999"]', '1:9 ports.0: "99999" is no port of the instance'],
  ['ports: ["80-90:80-85"]', "1:9 ports.0: 11 ports of the host cannot be 6 ports of the instance"],
  ['ports: ["80:80/sctp"]', '1:9 ports.0: The protocol is tcp or udp, not "sctp"'],
  ['ports: ["localhost:80:80"]', '1:9 ports.0: "localhost" is no IP address'],
  ['ports: ["80:80", "127.0.0.1:80:81"]', "1:18 ports.1: Port 127.0.0.1:80 of the host is published twice"],
  ['ports: ["[::]:80:80", "1.2.3.4:80:81"]', "ports.1: Port 1.2.3.4:80 of the host is published twice"],
  ["ports: [{published: 80}]", "1:10 ports.0: A port of the instance is missing"],
  ["ports: [{target: 80, nat: true}]", '1:10 ports.0: "nat" needs an address of the host'],
  [
    "ports: [{target: 80, nat: true, host-ip: 1.2.3.4}]",
    '1:10 ports.0: "nat" needs a static address of the instance',
  ],
  ["addresses: {eth0: 10.0.0.5/24}", '1:13 addresses.eth0: "10.0.0.5/24" is no IP address; the network'],
  ["addresses: {eth0: [10.0.0.5, 10.0.0.6]}", '1:13 addresses.eth0: NIC "eth0" gets two IPv4 addresses'],
  [
    "limits: {memory: 512m}",
    "1:10 limits.memory: A size such as 512MiB or 2GiB, or a percentage is expected",
  ],
  ["limits: {memory: 512m}", 'did you mean "512MiB"?'],
  ["limits: {memory: 512}", '1:10 limits.memory: "512" is 512 bytes; did you mean "512MiB"?'],
  ["limits: {disk: 10}", '1:10 limits.disk: "10" is 10 bytes; did you mean "10MiB"?'],
  ["limits: {cpu: 0}", "1:10 limits.cpu: A number of CPUs"],
  ["limits: {processes: many}", '1:10 limits.processes: A number of processes is expected here, not "many"'],
  ["limits: {disk: 50%}", "1:10 limits.disk: A size such as 10GiB is expected here"],
  ["config: {volatile.x: y}", 'config.volatile.x: "volatile.x" is the daemon\'s own and cannot be set'],
  ["config: {user.lxops.config: y}", "is lxops' own and cannot be set"],
  ["config: {memory: y}", '1:10 config.memory: "memory" is not the name of a key'],
  [
    "limits: {cpu: 1}\nconfig: {limits.cpu: 2}",
    '2:10 config.limits.cpu: "limits.cpu" is given by "limits.cpu", too',
  ],
  ["autostart: y\nconfig: {boot.autostart: n}", '"boot.autostart" is given by "autostart", too'],
  ["idmap: [1000]", '1:9 idmap.0: "1000" is not of the form [uid|gid|both] HOST GUEST'],
  ["idmap: [1000 1000-1001]", "1:9 idmap.0: 1 ids of the host cannot be 2 ids of the instance"],
  ["idmap: [1000 1000, uid 1000 5]", "1:20 idmap.1: An id of this entry is in another entry, too"],
  ["logs: [var/log/x]", '1:8 logs.0: "var/log/x" is no absolute path of a file in the instance'],
  [
    "devices: {x: {type: usbb}}",
    '1:15 devices.x.type: There is no kind of device "usbb"; did you mean "usb"?',
  ],
  ["devices: {x: {type: disc}}", "1:15 devices.x.type: There is no kind of device"],
  ["devices: {x: {type: nic}}", '1:11 devices.x: Device "x": A NIC needs "network" or "nictype"'],
  ["devices: {x: {type: proxy, listen: a}}", 'devices.x: Device "x": A proxy needs "connect"'],
  ["devices: {x: {type: tmpfs, path: /}}", 'devices.x: Device "x": The path "/" is the root disk'],
  [
    "devices: {x: {type: tmpfs, path: /a}, y: {path: /a, dir: /b}}",
    'Devices "y" and "x" have the same path "/a"',
  ],
  ["devices: {x: {type: unix-char}}", 'devices.x: Device "x": A device needs "source" or "path"'],
  ["devices: {root: {type: gpu}}", 'A device named "root" would replace the root disk'],
  ['ports: ["80:80"]\ndevices: {port-80: {type: gpu}}', '"port-80" is the name of the device of ports.0'],
  ["name: 1x", '1:1 name: The instance name "1x" must start with a letter'],
  [
    "after: {db: {until: ready}}",
    '1:14 after.db.until: One of "started", "healthy", "completed" is expected',
  ],
];

for (const [text, problem] of WRONG) {
  Deno.test(`refused: ${text.replaceAll("\n", "; ")}`, async () => {
    assertStringIncludes(await problemsOf(text), problem);
  });
}

Deno.test("included files: lists are appended, maps merged by key, and the includer wins", async () => {
  const [target] = await targetsOf({
    "a.yaml": `name: mine
include: [b.cfg]
ports: ["81:81"]
addresses: {eth0: 10.0.0.6}
limits: {cpu: 3}
autostart: no
config: {user.a: "2", user.gone: ""}
after: {db: {until: healthy}}
logs: [/b]
idmap: [2 2]
devices: {one: {type: gpu}}
`,
    "b.cfg": `#lxops-v1
name: theirs
ports: ["80:80"]
addresses: {eth0: 10.0.0.5, eth1: 10.0.1.5}
limits: {cpu: 2, memory: 1GiB}
autostart: yes
config: {user.a: "1", user.b: "1", user.gone: x}
after: [db, cache]
logs: [/a]
idmap: [1 1]
devices: {one: {type: usb, vendorid: x}, two: {type: usb, vendorid: "1a86"}}
`,
  });
  const { name, settings } = target!.instance;
  assertEquals(name, "mine");
  assertEquals(settings.ports.map((port) => port.name), ["port-80", "port-81"]);
  assertEquals(settings.addresses, { eth0: { ipv4: "10.0.0.6" }, eth1: { ipv4: "10.0.1.5" } });
  assertEquals(Object.fromEntries(Object.entries(settings.config).map(([key, { value }]) => [key, value])), {
    "user.a": "2",
    "user.b": "1",
    "limits.cpu": "3",
    "limits.memory": "1GiB",
    "boot.autostart": "false",
    "raw.idmap": "both 1 1\nboth 2 2",
  });
  assertEquals(settings.after, {
    db: { until: "healthy", required: true, restart: false },
    cache: { until: "started", required: true, restart: false },
  });
  assertEquals(settings.logs, ["/a", "/b"]);
  assertEquals(settings.devices.filter(({ key }) => key.startsWith("devices")).map(({ device }) => device), [
    { type: "gpu" },
    { type: "usb", vendorid: "1a86" },
  ]);
});

Deno.test("-name wins over the name of the file", async () => {
  const [target] = await targetsOf({ "a.yaml": "name: one\n" }, { name: "two" });
  assertEquals(target!.instance.name, "two");
});

Deno.test("a file without these keys has no settings", async () => {
  assertEquals(await settingsOf("image: tiny\ndevices: {x: {path: /x, dir: /y, type: disk}}\n"), {
    config: {},
    devices: [],
    ports: [],
    addresses: {},
    idmap: [],
    after: {},
    logs: [],
  });
});

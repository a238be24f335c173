/** Ports, addresses, limits and devices of a configuration reach the instance, and stay its own in a rebuild. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { until } from "../../support/until.ts";
import { type Ground, inTurn } from "../support/daemon.ts";
import { freeAddresses, freePorts } from "../support/network.ts";

/** Returns what an instance serves at a port of the host; `undefined` where nothing listens. */
async function served(port: number): Promise<string | undefined> {
  let found: string | undefined;
  await until(async () => {
    try {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port });
      await connection.write(new TextEncoder().encode("GET /x HTTP/1.0\r\n\r\n"));
      const text = await new Response(connection.readable).text();
      found = text.trimEnd().split("\n").at(-1);
      // Without an answer, the service behind the proxy is not up yet.
      return text !== "";
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) return true;
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
      return false;
    }
  });
  return found;
}

/** Waits until an instance has an address, and fails where it has another: its DHCP client asks after its start. */
async function assertAddress(ground: Ground, name: string, address: string): Promise<void> {
  const script = "ip -4 addr show eth0 | sed -n 's/.*inet \\([0-9.]*\\).*/\\1/p'";
  let found = "";
  await until(async () => (found = await ground.inside(name, script)) !== "");
  assertEquals(found, address);
}

inTurn("settings reach the instance, change while it runs, and move with a rebuild", [], async (ground) => {
  const name = ground.name();
  const { addresses: [first = "", second = ""] } = await freeAddresses(ground, 2);
  const [port = 0, later = 0] = freePorts(2);
  const ports = [port, later] as const;
  const config = (port: number, address: string, more: string) =>
    `#lxops-v1
ostype: alpine
image: tiny
name: ${name}
ports: ["${port}:8080"]
addresses: {eth0: ${address}}
autostart: no
cloud-config-files: [a.cfg]
${more}`;
  await ground.write(
    "a.cfg",
    "#cloud-config\nruncmd:\n  - mkdir -p /w && echo served >/w/x\n  - httpd -p 8080 -h /w\n",
  );
  await ground.write(
    "a.yaml",
    config(
      ports[0],
      first,
      `limits: {memory: 64MiB, processes: 150}
config: {environment.GREETING: hello}
devices:
  nul: {type: unix-char, source: /dev/null, path: /dev/mynull}
  lan1: {type: nic, nictype: p2p, name: lan1}
`,
    ),
  );
  await ground.ok(["launch", "a.yaml"]);
  assertEquals(await served(ports[0]), "served");
  await assertAddress(ground, name, first);
  assertEquals(
    await ground.inside(name, "test -c /dev/mynull && ls /sys/class/net | grep lan1; echo $GREETING"),
    "lan1\nhello",
  );
  const { expanded_config: expanded, config: own } = await ground.get(`/1.0/instances/${name}`);
  assertEquals(own["limits.memory"], undefined, "it is in the own profile");
  assertEquals([expanded["limits.memory"], expanded["boot.autostart"]], ["64MiB", "false"]);
  const cgroup = async (file: string) =>
    await ground.inside(name, `cat /sys/fs/cgroup/${file} 2>/dev/null || true`);
  const memory = await cgroup("memory.max");
  if (memory !== "") assertEquals(memory, String(64 * 2 ** 20));

  // What another instance has is refused before anything is made.
  const other = ground.name("o");
  await ground.write("b.yaml", config(ports[0], first, "").replace(`name: ${name}`, `name: ${other}`));
  const taken = await ground.run(["launch", "b.yaml"]);
  assertEquals(taken.code, 3, taken.stderr);
  assertStringIncludes(
    taken.stderr,
    `b.yaml:5:9 ports.0: Port ${ports[0]} of the host is that of instance "${name}"`,
  );
  assertStringIncludes(taken.stderr, `b.yaml:6:13 addresses.eth0: Address ${first} of NIC "eth0" is that of`);
  assertEquals(await ground.get(`/1.0/profiles/${other}.lxops`), undefined);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: ports[1] });
  await ground.write("a.yaml", config(ports[1], first, ""));
  const used = await ground.run(["profile", "apply", "a.yaml"]);
  listener.close();
  assertStringIncludes(used.stderr, `Port ${ports[1]} of the host is in use`);

  // Changes reach the instance while it runs; what the file does not have any more goes.
  await ground.write("a.yaml", config(ports[1], first, "limits: {memory: 128MiB}\n"));
  assertEquals((await ground.run(["profile", "diff", "a.yaml"])).code, 10);
  await ground.ok(["profile", "apply", "a.yaml"]);
  await ground.ok(["profile", "diff", "a.yaml"]);
  assertEquals([await served(ports[0]), await served(ports[1])], [undefined, "served"]);
  assertEquals(await ground.inside(name, "ls /dev/mynull 2>/dev/null || echo none"), "none");
  if (memory !== "") assertEquals(await cgroup("memory.max"), String(128 * 2 ** 20));

  // A rebuild gives the new instance both, and the own profile is what counts from then on.
  await ground.write("a.yaml", config(ports[0], second, ""));
  await ground.ok(["rebuild", "a.yaml"]);
  assertEquals([await served(ports[0]), await served(ports[1])], ["served", undefined]);
  await assertAddress(ground, name, second);
  assertEquals((await ground.get(`/1.0/instances/${name}`)).devices, {});
  await ground.ok(["profile", "diff", "a.yaml"]);

  // One that fails brings the old instance back with its port and its address.
  const failing = "checks: [{exec: 'false', retries: 1}]\n";
  await ground.write("a.yaml", config(ports[1], first, failing).replace("tiny", "tiny2"));
  const failed = await ground.run(["rebuild", "a.yaml"]);
  assert(failed.code !== 0, failed.stderr);
  assertStringIncludes(failed.stderr, `Instance "${name}" is as it was before`);
  await assertAddress(ground, name, second);
  assertEquals(await ground.beside(name), []);
  const { devices } = await ground.get(`/1.0/profiles/${name}.lxops`);
  assertEquals([devices.eth0["ipv4.address"], Object.keys(devices)], [second, [
    "eth0",
    `port-${ports[0]}`,
  ]]);
  await ground.ok(["delete", "-force", "a.yaml"]);
  assertEquals(await ground.get(`/1.0/profiles/${name}.lxops`), undefined);
});

inTurn(
  "a rebuild keeps the static address that another profile gives, also one that fails",
  [],
  async (ground) => {
    const name = ground.name();
    const { addresses: [address = ""] } = await freeAddresses(ground, 1);
    const { devices: { eth0 } } = await ground.get("/1.0/profiles/default");
    const lan = { name: `${name}-lan`, devices: { eth0: { ...eth0, "ipv4.address": address } } };
    await ground.ok(["query", "-X", "POST", "-d", JSON.stringify(lan), "/1.0/profiles"]);
    try {
      const config = (more: string) =>
        `#lxops-v1\nostype: alpine\nimage: tiny\nname: ${name}\nprofiles: [default, ${name}-lan]\n${more}`;
      await ground.write("a.yaml", config(""));
      await ground.ok(["launch", "a.yaml"]);
      await assertAddress(ground, name, address);
      await ground.ok(["rebuild", "a.yaml"]);
      await assertAddress(ground, name, address);
      assertEquals((await ground.get(`/1.0/profiles/${name}.lxops`)).devices, {});
      assertEquals((await ground.get(`/1.0/instances/${name}`)).devices, {});
      await ground.write("b.yaml", config("checks: [{exec: 'false', retries: 1}]\n"));
      const { code, stderr } = await ground.run(["rebuild", "b.yaml"]);
      assertStringIncludes(stderr, `Instance "${name}" is as it was before`);
      assert(code !== 0, stderr);
      await assertAddress(ground, name, address);
      assertEquals((await ground.run(["plan", "a.yaml"])).stdout, `${name}: up to date\nNo changes\n`);
    } finally {
      await ground.run(["delete", "-force", "a.yaml"]);
      await ground.run(["query", "-X", "DELETE", `/1.0/profiles/${name}-lan`]);
    }
  },
);

/**
 * Tests of devices and keys that depend on the host: each works, or is refused with a reason before the first change.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, onBoth, places } from "../support/daemon.ts";
import { until } from "../../support/until.ts";
import { closeScene, put, sceneOf } from "./scene.ts";
import type { Files, Tree } from "./files.ts";

function filesOf(config: Tree): Files {
  return {
    config: { ostype: "alpine", image: "tiny", ...config },
    included: {},
    cfg: {},
    more: {},
    properties: {},
  };
}

/** Returns the command that runs lxops with another `/etc/subuid` and `/etc/subgid`. */
function withIds(ground: Ground, file: string): readonly string[] {
  const script = 'mount --bind "$0" /etc/subuid && mount --bind "$0" /etc/subgid && exec "$@"';
  return [
    "/usr/bin/unshare",
    "--mount",
    "--propagation",
    "private",
    "sh",
    "-c",
    script,
    file,
    ...ground.daemon.argv,
  ];
}

/** Changes a network, again where Incus fails because an interface of another test was removed meanwhile. */
async function changeNetwork(
  ground: Ground,
  method: "POST" | "PATCH",
  path: string,
  body: Tree,
): Promise<void> {
  let last = "";
  await until(async () => {
    const { code, stderr } = await ground.run(["query", "-X", method, "-d", JSON.stringify(body), path]);
    const again = /bridge children interfaces/.test(last);
    last = stderr;
    // A creation that failed so may have succeeded.
    if (again && method === "POST" && /already exists/.test(stderr)) last = "";
    return code === 0 || !/bridge children interfaces/.test(stderr);
  });
  assertEquals(/FAILED/.test(last), false, last);
}

onBoth("a port is forwarded by nat, and ids of the host are ids of the instance where root may map them", [
  "directory",
  "bed",
], async (ground) => {
  const scene = await sceneOf(ground);
  const { name, words } = scene;
  const { config: network } = await ground.get(`/1.0/networks/${words["NETWORK"]}`);
  const host = String(network["ipv4.address"]).split("/")[0]!;
  const base: Tree = {
    addresses: { eth0: "ADDRESS1" },
    ports: { one: { published: "PORT1", target: "80", "host-ip": host, nat: true } },
    filesystems: { data: { pattern: "DIRECTORY/(instance)", destroy: true } },
    devices: { data: { path: "/data", filesystem: "data" } },
  };
  // The file that the daemons of the bed have as /etc/subuid and /etc/subgid.
  const files = ["subuid", "subgid"].map((file) => `${places.bed}/ns/${file}`);
  const before = await Deno.readTextFile(files[0]!);
  try {
    await put(scene, filesOf({ ...base, idmap: { one: "1000 1000" } }));
    const refused = await ground.run(["up", ...scene.operands]);
    assertEquals(refused.code, 3, refused.stderr);
    assertStringIncludes(refused.stderr, 'does not give root the id 1000; add the line "root:1000:1" to it');
    assertEquals(await ground.get(scene.path), undefined);
    for (const file of files) await Deno.writeTextFile(file, `${before.trimEnd()}\nroot:1000:1\n`);
    const ids = `${ground.dir}/ids`;
    await Deno.writeTextFile(ids, `${before.trimEnd()}\nroot:1000:1\n`);
    const argv = withIds(ground, ids);
    await ground.ok(["up", ...scene.operands], { argv });
    assertEquals(await ground.ok(["up", ...scene.operands], { argv }), `${name}: up to date\n`);
    const map = await ground.inside(name, "tr -s ' ' </proc/self/uid_map | grep -c ' 1000 1000 1$'");
    assertEquals(map, "1");
    await ground.inside(name, "touch /data/x && chown 1000:1000 /data/x");
    const { uid, gid } = await Deno.stat(`${words["DIRECTORY"]}/${name}/data/x`);
    assertEquals([uid, gid], [1000, 1000]);
    const { expanded_devices: devices } = await ground.get(scene.path);
    const port = devices[`port-${words["PORT1"]}-${host}`];
    assertEquals([port?.nat, port?.connect], ["true", `tcp:${words["ADDRESS1"]}:80`]);
    assertStringIncludes(await ground.ok(["ps", name]), `${host}:${words["PORT1"]}->80/tcp`);
  } finally {
    for (const file of files) await Deno.writeTextFile(file, before);
    await closeScene(scene);
  }
});

onBoth(
  "a static IPv6 address needs a network that gives addresses, and a GPU has to exist",
  [],
  async (ground) => {
    const scene = await sceneOf(ground);
    const network = `v${ground.id.slice(0, 9)}`;
    // Two daemons of one machine cannot have one address.
    const prefix = `fd42:99:${Number(ground.id.replaceAll(/\D/g, "").slice(-4)) % 9000 + 1}`;
    const setting = (stateful: boolean) => ({
      "ipv4.address": "none",
      "ipv6.address": `${prefix}::1/64`,
      "ipv6.nat": "false",
      "ipv6.dhcp.stateful": String(stateful),
    });
    const made = { name: network, config: setting(false) };
    await changeNetwork(ground, "POST", "/1.0/networks", made);
    try {
      const files = filesOf({
        devices: { eth1: { type: "nic", network, name: "eth1" } },
        addresses: { eth1: `${prefix}::55` },
        wait: { one: "ipv4" },
      });
      await put(scene, files);
      const refused = await ground.run(["up", ...scene.operands]);
      assertEquals(refused.code, 3, refused.stderr);
      assertStringIncludes(refused.stderr, `needs ipv6.dhcp.stateful of network "${network}"`);
      await changeNetwork(ground, "PATCH", `/1.0/networks/${network}`, { config: setting(true) });
      await ground.ok(["up", ...scene.operands]);
      assertEquals(await ground.ok(["up", ...scene.operands]), `${scene.name}: up to date\n`);
      const { expanded_devices: devices } = await ground.get(scene.path);
      assertEquals(devices.eth1["ipv6.address"], `${prefix}::55`);
      // The machine has no GPU: the daemon says so, and the next run continues once the file has no such device.
      const { gpu } = await ground.get("/1.0/resources");
      if ((gpu?.cards ?? []).length === 0) {
        await put(
          scene,
          filesOf({
            ...files.config,
            devices: { ...files.config["devices"] as Tree, card: { type: "gpu" } },
          }),
        );
        const { code, stderr } = await ground.run(["up", ...scene.operands]);
        assertEquals([code, /Failed to detect requested GPU device/.test(stderr)], [4, true], stderr);
        await put(scene, files);
        await ground.ok(["up", ...scene.operands]);
        assertEquals(await ground.ok(["up", ...scene.operands]), `${scene.name}: up to date\n`);
      }
    } finally {
      await closeScene(scene);
      await ground.run(["query", "-X", "DELETE", `/1.0/networks/${network}`]);
    }
  },
);

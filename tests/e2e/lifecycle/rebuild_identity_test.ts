/** Tests that the identity of an instance stays the same in a rebuild, a failed rebuild and a return. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { plainConfig } from "../support/configs.ts";
import { freeAddresses, freePort } from "../support/network.ts";
import { onSomeOfAll } from "../support/three_daemons.ts";

onSomeOfAll(
  2,
  "an instance keeps MAC, static address, name in DNS, proxy port, snapshots, autostart and kind through every rebuild",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    const path = `/1.0/instances/${name}`;
    await ground.write("bad.cfg", "#cloud-config\nruncmd: [exit 7]\n");
    await ground.write("a.yaml", plainConfig());
    await ground.write("b.yaml", plainConfig("tiny2"));
    await ground.write("bad.yaml", plainConfig("tiny2", "cloud-config-files: [bad.cfg]\n"));
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    const { expanded_devices: { eth0 } } = await ground.get(path);
    const network = await ground.get(`/1.0/networks/${eth0.network}`);
    const [server] = network.config["ipv4.address"].split("/");
    const { addresses: [own] } = await freeAddresses(ground, 1);
    const port = freePort();
    await ground.ok(["instance", "stop", "-wait-stop", "0", name]);
    await ground.patch(path, {
      ephemeral: true,
      config: { "boot.autostart": "true" },
      devices: {
        eth0: { ...eth0, "ipv4.address": own },
        web: { type: "proxy", listen: `tcp:127.0.0.1:${port}`, connect: "tcp:127.0.0.1:80" },
      },
    });
    await ground.ok(["instance", "start", name]);
    await ground.ok(["instance", "wait", name]);
    await ground.ok(["query", "-X", "POST", "-d", `{"name":"s0"}`, `${path}/snapshots`]);
    // The bed's Incus 7 has a network of its own, which this process is not in.
    const isReachable = ground.daemon.label === undefined;
    const look = async () => {
      await ground.ok(["instance", "wait", name]);
      const { config, devices, ephemeral, profiles, status } = await ground.get(path);
      // The proxy listens, so no other process can.
      if (isReachable) {
        assertThrows(() => Deno.listen({ hostname: "127.0.0.1", port }).close(), Deno.errors.AddrInUse);
      }
      return {
        mac: config["volatile.eth0.hwaddr"],
        keys: Object.keys(config).filter((key) => !/^(volatile|image)[.]|^user[.]lxops[.]/.test(key)).sort(),
        autostart: config["boot.autostart"],
        devices,
        ephemeral,
        profiles,
        status,
        dns: isReachable ? await Deno.resolveDns(name, "A", { nameServer: { ipAddr: server } }) : [],
        inside: await ground.inside(
          name,
          "cat /sys/class/net/eth0/address; ip -4 -o addr show eth0 | grep -o 'inet [0-9.]*'",
        ),
      };
    };
    const version = async () => await ground.inside(name, "grep -o '.$' /etc/os-release | tail -1");
    const snapshotsOf = async (one: string) =>
      (await ground.get(`/1.0/instances/${one}/snapshots?recursion=1`))
        .map((snapshot: { readonly name: string }) => snapshot.name.replace(/.*\//, ""));
    const before = await look();
    assertStringIncludes(before.inside, `inet ${own}`);
    assertEquals([before.dns, before.ephemeral], [isReachable ? [own] : [], true]);
    const rebuild = (...args: readonly string[]) =>
      ["rebuild", "-wait-stop", "0", "-name", name, ...args] as const;

    const refused = await ground.run(rebuild("b.yaml"));
    assertStringIncludes(refused.stderr, "--delete-snapshots");
    assertEquals((await ground.run(rebuild("--delete-snapshots", "bad.yaml"))).code, 5);
    assertEquals([await look(), await version(), await snapshotsOf(name)], [before, "1", ["s0"]]);

    await ground.ok(rebuild("--keep-old", "b.yaml"));
    const [spare = ""] = await ground.beside(name);
    assertEquals([await look(), await version(), await snapshotsOf(spare)], [before, "2", ["s0"]]);
    await ground.inside(name, "echo two >/data/file");

    await ground.ok(rebuild("--back", "b.yaml"));
    assertEquals([await look(), await version(), await snapshotsOf(name)], [before, "1", ["s0"]]);
    assertStringIncludes(
      (await ground.run(rebuild("--back", "--resume", "b.yaml"))).stderr,
      "nothing to continue",
    );
    assertEquals(await version(), "1");
    await ground.inside(name, "echo one >>/data/file");

    await ground.ok(rebuild("--back", "b.yaml"));
    assertEquals([await look(), await version(), await snapshotsOf(name)], [before, "2", []]);
    assertEquals(await ground.inside(name, "cat /data/file"), "two\none");

    await ground.ok(rebuild("--delete-snapshots", "a.yaml"));
    assertEquals([await look(), await version()], [before, "1"]);
    assertEquals((await ground.beside(name)).length, 1);
    await ground.ok(["prune", "-name", name, "a.yaml"]);
    assertEquals(await ground.beside(name), []);
  },
);

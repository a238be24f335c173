import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { plainConfig } from "../support/configs.ts";
import { countSteps, cuts, firstSteps } from "../support/cut_off.ts";
import { inTurn, onBoth, places } from "../support/daemon.ts";

onBoth(
  "a rebuild that ended after any of its steps leaves an instance that starts, and --resume completes it",
  [
    "directory",
  ],
  async (ground) => {
    const name = ground.name();
    const more = "cloud-config-files: [a.cfg]\n";
    await ground.write("a.cfg", "#cloud-config\nruncmd:\n- echo one >> /root/history\n");
    await ground.write("a.yaml", plainConfig("tiny", more));
    await ground.write("b.yaml", plainConfig("tiny2", more));
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    // A NIC of its own in the place of the profile's: the daemon gives MACs to both kinds in different ways.
    const { eth0 } = (await ground.get(`/1.0/instances/${name}`)).expanded_devices;
    await ground.patch(`/1.0/instances/${name}`, { devices: { eth0 } });
    const mac = await ground.inside(name, "echo kept > /data/file; cat /sys/class/net/eth0/address");
    const count = await countSteps(ground, ["rebuild", "-name", name, "b.yaml"]);
    assert(count >= 10);
    for (const done of cuts(ground, count)) {
      const config = done % 4 < 2 ? "a.yaml" : "b.yaml";
      await firstSteps(ground, ["rebuild", "-name", name, config], done);
      await ground.ok(["rebuild", "--resume", "-name", name, config]);
      const version = config === "a.yaml" ? 1 : 2;
      assertEquals(
        await ground.inside(
          name,
          "grep VERSION /etc/os-release; cat /data/file /root/history /sys/class/net/eth0/address",
        ),
        `VERSION_ID=${version}\nkept\none\n${mac}`,
        `after ${done} of ${count} steps`,
      );
      assertEquals(await ground.beside(name), []);
    }
  },
);

inTurn(
  "a rebuild removes a device whose directory does not exist any more",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    await ground.write("a.yaml", plainConfig("tiny"));
    await ground.write(
      "b.yaml",
      plainConfig("tiny2").replace("devices:\n", "devices:\n  old: {path: /old, filesystem: data}\n"),
    );
    await ground.ok(["launch", "-name", name, "b.yaml"]);
    await ground.inside(name, "echo kept >/data/file");
    await Deno.remove(`${places.directory}/${name}/old`);
    await ground.ok(["rebuild", "-name", name, "a.yaml"]);
    assertEquals(
      await ground.inside(name, "cat /data/file; ls -d /old 2>/dev/null || echo none"),
      "kept\nnone",
    );
  },
);

inTurn(
  "a rebuild gives new addresses, or the profiles of the configuration, with the flags for it",
  [],
  async (ground) => {
    const name = ground.name();
    const other = ground.name("p");
    await ground.write("a.yaml", "#lxops-v1\nimage: tiny\n");
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    const look = async () => {
      const { config, profiles } = await ground.get(`/1.0/instances/${name}`);
      return [profiles, config["volatile.eth0.hwaddr"]];
    };
    const [profiles, mac] = await look();
    await ground.ok([
      "query",
      "-X",
      "POST",
      "-d",
      JSON.stringify({ name: `${other}.lxops` }),
      "/1.0/profiles",
    ]);
    const more = [...profiles, `${other}.lxops`];
    await ground.ok([
      "query",
      "-X",
      "PATCH",
      "-d",
      JSON.stringify({ profiles: more }),
      `/1.0/instances/${name}`,
    ]);
    await ground.ok(["rebuild", "-name", name, "a.yaml"]);
    assertEquals(await look(), [more, mac]);
    await ground.ok(["rebuild", "--new-address", "--reset-profiles", "-name", name, "a.yaml"]);
    const [now, fresh] = await look();
    assertEquals(now, profiles);
    assert(typeof fresh === "string" && fresh !== mac, `${fresh}`);
    assertEquals(await ground.inside(name, "cat /sys/class/net/eth0/address"), fresh);
  },
);

inTurn(
  "a rebuild keeps the old root filesystem as a spare, which --back swaps in and out, and prune deletes",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    await ground.write("a.yaml", plainConfig("tiny"));
    await ground.write("b.yaml", plainConfig("tiny2", "keep-old: true\n"));
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    const { eth0 } = (await ground.get(`/1.0/instances/${name}`)).expanded_devices;
    await ground.patch(`/1.0/instances/${name}`, { devices: { eth0 } });
    await ground.ok(["query", "-X", "POST", "-d", `{"name":"s0"}`, `/1.0/instances/${name}/snapshots`]);
    const look = async () =>
      (await ground.inside(
        name,
        "grep -o '[12]$' /etc/os-release | tail -1; cat /sys/class/net/eth0/address",
      ))
        .split("\n");
    const [, mac] = await look();
    await ground.ok(["rebuild", "-name", name, "b.yaml"]);
    assertEquals(await look(), ["2", mac]);
    const [spare = ""] = await ground.beside(name);
    assertStringIncludes(await ground.ok(["instance", "list"]), "(spare)");
    // Neither a user nor a daemon that starts can start it.
    assert((await ground.run(["instance", "start", spare])).code !== 0);
    const { config } = await ground.get(`/1.0/instances/${spare}`);
    assertEquals(config["boot.autostart"], "false");
    assert(config["volatile.eth0.hwaddr"] !== mac);
    for (let write = 0; write < 10; write++) await ground.inside(name, `echo ${write} >>/data/file`);
    const data = await ground.inside(name, "cat /data/file");
    await ground.ok(["rebuild", "--back", "-name", name, "b.yaml"]);
    assertEquals(await look(), ["1", mac]);
    assertEquals(await ground.inside(name, "cat /data/file"), data);
    assertEquals((await ground.get(`/1.0/instances/${name}/snapshots`)).length, 1);
    // Cut off in the middle of the way forth again.
    const forth = ["rebuild", "--back", "-name", name, "b.yaml"];
    await firstSteps(ground, forth, 6);
    await ground.ok(["rebuild", "--resume", "-name", name, "b.yaml"]);
    assertEquals(await look(), ["2", mac]);
    assertEquals((await ground.beside(name)).length, 1);
    await ground.ok(["prune", "-name", name, "b.yaml"]);
    assertEquals(await ground.beside(name), []);
    assertEquals((await ground.run(forth)).code, 7);
    await ground.ok(["rebuild", "-name", name, "b.yaml"]);
    assertEquals((await ground.beside(name)).length, 1);
    await ground.ok(["delete", "--force", "-name", name, "b.yaml"]);
    assertEquals(await ground.beside(name), []);
  },
);

inTurn(
  "two instances whose long names begin in the same way keep their spares apart",
  ["directory"],
  async (ground) => {
    // A rebuild cuts names of 60 characters.
    const [one = "", other = ""] = ["a", "b"].map((end) =>
      ground.name(`${"x".repeat(59 - ground.id.length)}${end}`)
    );
    await ground.write("a.yaml", plainConfig("tiny"));
    const spares = async () => {
      const all = await ground.get("/1.0/instances?recursion=1");
      return Object.fromEntries(
        all.filter(({ config }: { config: Record<string, string> }) => config["user.lxops.role"] === "spare")
          .map((
            { name, config }: { name: string; config: Record<string, string> },
          ) => [config["user.lxops.of"], name])
          .filter(([of]: [string]) => of === one || of === other),
      ) as Readonly<Record<string, string>>;
    };
    for (const name of [one, other]) await ground.ok(["launch", "-name", name, "a.yaml"]);
    for (const name of [one, other]) await ground.ok(["rebuild", "--keep-old", "-name", name, "a.yaml"]);
    assertEquals(Object.keys(await spares()).sort(), [one, other]);
    await ground.inside(one, "echo mine >/root/file");
    await ground.ok(["prune", "-name", other, "a.yaml"]);
    assertEquals(Object.keys(await spares()), [one]);
    assertEquals((await ground.run(["rebuild", "--back", "-name", other, "a.yaml"])).code, 7);
    await ground.ok(["delete", "--force", "-name", other, "a.yaml"]);
    await ground.ok(["rebuild", "--back", "-name", one, "a.yaml"]);
    await ground.ok(["rebuild", "--back", "-name", one, "a.yaml"]);
    assertEquals(await ground.inside(one, "cat /root/file"), "mine");
    await ground.ok(["delete", "--force", "-name", one, "a.yaml"]);
    assertEquals(await spares(), {});
  },
);

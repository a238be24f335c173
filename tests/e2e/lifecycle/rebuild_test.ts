import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { plainConfig } from "../support/configs.ts";
import { countSteps, firstSteps } from "../support/cut_off.ts";
import { onBoth, places } from "../support/daemon.ts";

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
    const devices = JSON.stringify({ devices: { eth0 } });
    await ground.ok(["query", "-X", "PATCH", "-d", devices, `/1.0/instances/${name}`]);
    const mac = await ground.inside(name, "echo kept > /data/file; cat /sys/class/net/eth0/address");
    const count = await countSteps(ground, ["rebuild", "-name", name, "b.yaml"]);
    assert(count >= 5);
    for (let done = 1; done < count; done++) {
      const config = done % 2 === 0 ? "a.yaml" : "b.yaml";
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
      assertEquals(await ground.get(`/1.0/instances/${name}-lxops-old`), undefined);
      assertEquals(await ground.get(`/1.0/instances/${name}-lxops-new`), undefined);
    }
  },
);

onBoth(
  "--undo-on-failure undoes a rebuild whose cloud-config fails where a swap allows it",
  [
    "directory",
  ],
  async (ground) => {
    const name = ground.name();
    await ground.write("bad.cfg", "#cloud-config\nruncmd:\n- exit 7\n");
    await ground.write("a.yaml", plainConfig());
    await ground.write("b.yaml", plainConfig("tiny2", "cloud-config-files: [bad.cfg]\n"));
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    const mac = await ground.inside(name, "cat /sys/class/net/eth0/address");
    const outcome = await ground.run(["rebuild", "--undo-on-failure", "-name", name, "b.yaml"]);
    assertEquals(outcome.code, 5);
    assertStringIncludes(outcome.stderr, "bad.cfg:3");
    if (ground.daemon.title === "Incus") return;
    await ground.ok(["instance", "wait", name]);
    assertEquals(
      await ground.inside(name, "grep VERSION /etc/os-release; cat /sys/class/net/eth0/address"),
      `VERSION_ID=1\n${mac}`,
    );
    assertEquals(await ground.get(`/1.0/instances/${name}-lxops-new`), undefined);
  },
);

onBoth(
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

onBoth(
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

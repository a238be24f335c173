import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { plainConfig } from "./configs.ts";
import { type Ground, onBoth } from "./daemon.ts";

/** The script of a dry run in its steps: the lines up to and with each command. */
function stepsOf(script: string): { head: string; steps: string[] } {
  const [head = "", ...parts] = script.split(/^(?=# (?!instance |note: ))/m);
  return { head, steps: parts };
}

async function sh(ground: Ground, script: string): Promise<void> {
  const file = `${ground.dir}/part.sh`;
  await Deno.writeTextFile(file, script);
  const { code, stderr } = await new Deno.Command("sh", {
    args: [file],
    cwd: ground.dir,
    stdin: "null",
    env: ground.daemon.title === "Incus"
      ? { INCUS_SOCKET: ground.daemon.socket! }
      : { LXD_SOCKET: ground.daemon.socket! },
  }).output();
  assert(code === 0, new TextDecoder().decode(stderr));
}

onBoth("a rebuild that ends after any of its steps leaves one that starts, and --resume completes it", [
  "directory",
], async (ground) => {
  const name = ground.name();
  const more = "cloud-config-files: [a.cfg]\n";
  await ground.write("a.cfg", "#cloud-config\nruncmd:\n- echo one >> /root/history\n");
  await ground.write("a.yaml", plainConfig("tiny", more));
  await ground.write("b.yaml", plainConfig("tiny2", more));
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  const mac = await ground.inside(name, "echo kept > /data/file; cat /sys/class/net/eth0/address");
  const count = stepsOf(await ground.ok(["rebuild", "--dry-run", "-name", name, "b.yaml"])).steps.length;
  assert(count >= 5);
  for (let done = 1; done < count; done++) {
    const config = done % 2 === 0 ? "a.yaml" : "b.yaml";
    const { head, steps } = stepsOf(await ground.ok(["rebuild", "--dry-run", "-name", name, config]));
    await sh(ground, head + steps.slice(0, done).join(""));
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
});

onBoth(
  "a rebuild whose cloud-config fails is taken back with --undo-on-failure where a swap makes that possible",
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

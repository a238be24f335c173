import { assert, assertEquals } from "@std/assert";
import { shownBody } from "../../../lib/plan/record/shown.ts";
import { copyExample, plainConfig, webOptions } from "../support/configs.ts";
import { type Ground, inTurn, places, socketVariable } from "../support/daemon.ts";

/** Returns the visible state of an instance, without values that are new each time. */
async function endState(ground: Ground, name: string): Promise<unknown> {
  const { config: all, devices, profiles, status } = await ground.get(`/1.0/instances/${name}`);
  // Time and key of the record are another one each time, too.
  const { config } = shownBody({ config: all }) as { readonly config: Readonly<Record<string, string>> };
  const own = Object.fromEntries(Object.entries(config).filter(([key]) => !key.startsWith("volatile.")));
  const profile = await ground.get(`/1.0/profiles/${name}.lxops`);
  const inside = await ground.inside(
    name,
    "cat /etc/opt/site.conf /etc/passwd /etc/group /var/log/tiny.log; find /home /srv /etc/opt /var/opt -exec stat -c '%n %a %u:%g' {} + | sort; cut -d' ' -f1,4- /var/lib/lxops/journal",
  );
  return {
    own,
    devices,
    profiles,
    status,
    profile: { ...profile, used_by: undefined },
    // Ids of items with secrets have a salt, which is another one each time.
    inside: inside.replaceAll(/^[0-9a-f]{16}:[0-9a-f]{48} /gm, "SALTED "),
  };
}

inTurn(
  "the script of a dry run, run by sh, gives the same end state as the command",
  ["directory", "pool"],
  async (ground) => {
    await copyExample(ground, "web");
    const name = ground.name();
    const options = ["-name", name, ...webOptions(), "web.yaml"];
    const script = await ground.ok(["launch", "--dry-run", "--show-secrets", ...options]);
    assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
    await ground.ok(["launch", ...options]);
    const expected = await endState(ground, name);
    assertEquals(JSON.stringify(expected).split("SALTED").length, 2, "one item of the example has secrets");
    const destroy = await ground.ok(["destroy", "--dry-run", "--force", ...options]);
    assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Running");
    await runScript(ground, destroy);
    assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
    assertEquals(
      (await new Deno.Command("zfs", { args: ["list", `${places.pool}/${name}`] }).output()).code === 0,
      false,
    );
    await runScript(ground, script);
    assertEquals(await endState(ground, name), expected);
  },
);

inTurn("the script of a rebuild, run by sh, rebuilds", ["directory"], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", plainConfig());
  await ground.write("b.yaml", plainConfig("tiny2"));
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  const mac = await ground.inside(name, "cat /sys/class/net/eth0/address; echo kept > /data/file");
  const script = await ground.ok(["rebuild", "--dry-run", "-name", name, "b.yaml"]);
  assertEquals(await ground.inside(name, "grep VERSION /etc/os-release"), "VERSION_ID=1");
  await runScript(ground, script);
  assertEquals(
    await ground.inside(
      name,
      "grep VERSION /etc/os-release; cat /data/file; cat /sys/class/net/eth0/address",
    ),
    `VERSION_ID=2\nkept\n${mac}`,
  );
});

async function runScript(ground: Ground, script: string): Promise<void> {
  const child = new Deno.Command("sh", {
    args: ["-s"],
    cwd: ground.dir,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: socketVariable(ground.daemon),
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { code, stderr } = await child.output();
  assert(code === 0, new TextDecoder().decode(stderr));
}

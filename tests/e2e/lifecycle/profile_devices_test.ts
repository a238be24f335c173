/** Devices that a configuration adds to a running instance appear or are reported as missing, and hide nothing. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { inTurn, places } from "../support/daemon.ts";
import { sh } from "../support/trees.ts";

inTurn(
  "profile apply creates a new device and adds it to a running instance",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    const directory = `${places.directory}/${ground.id}`;
    const is = ["-name", name, "a.yaml"];
    const config = (more: string) =>
      `#lxops-v1
ostype: alpine
image: tiny
filesystems: {plain: {pattern: ${directory}/(instance), destroy: true}}
devices:
  old: {path: /old, filesystem: plain}
${more}`;
    await ground.write("a.yaml", config(""));
    await ground.ok(["launch", ...is]);

    // The name of the NIC, which the instance would lose.
    await ground.write("a.yaml", config("  eth0: {path: /new, filesystem: plain}\n"));
    const hidden = await ground.run(["profile", "apply", ...is]);
    assertEquals(hidden.code, 3, hidden.stderr);
    assertStringIncludes(
      hidden.stderr,
      'a.yaml:7:3 devices.eth0: Device "eth0": profile "default" has a nic',
    );
    assertEquals(await sh(`ls '${directory}/${name}'`), "old\n");

    await ground.write("a.yaml", config("  new: {path: /new, filesystem: plain}\n"));
    await ground.ok(["profile", "apply", ...is]);
    assertEquals(await ground.inside(name, "echo mine >/new/f; stat -c %u:%g /new"), "0:0");
    assertEquals(await sh(`cat '${directory}/${name}/new/f'`), "mine\n");
    await ground.ok(["profile", "diff", ...is]);

    // A daemon keeps a profile that it could not give to the instance, as here, where the path is a file in there.
    await ground.inside(name, "echo >/blocked");
    await ground.write(
      "a.yaml",
      config("  new: {path: /new, filesystem: plain}\n  more: {path: /blocked/dir, filesystem: plain}\n"),
    );
    for (let round = 0; round < 2; round++) {
      const { code, stderr } = await ground.run(["profile", "apply", ...is]);
      assertEquals(code, 4, stderr);
      const diff = await ground.run(["profile", "diff", ...is]);
      assertEquals(diff.code, 10);
      assertStringIncludes(diff.stdout, "device only in config: more");
    }
    await ground.inside(name, "rm /blocked");
    await ground.ok(["profile", "apply", ...is]);
    await ground.inside(name, "echo mine >/blocked/dir/f");
    assertEquals(await sh(`cat '${directory}/${name}/more/f'`), "mine\n");
    await ground.ok(["destroy", "-force", ...is]);
  },
);

/** What `up` and `configure` say of an instance that is frozen. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { noControls } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

const BASE = "#lxops-v1\nimage: tiny\nostype: alpine\n";

/** Runs a command about a frozen instance. */
async function ran(command: string, more: string, config: Readonly<Record<string, string>> = {}) {
  const world = worldOf({
    instances: [{
      name: "a",
      status: "Frozen",
      profiles: ["default", "a.lxops"],
      config: { "user.lxops.image": "tiny", "volatile.base_image": "f1", ...config },
    }],
    profiles: [{ name: "default" }, { name: "a.lxops" }],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  });
  const files = { "/c/a.yaml": BASE + more, "/c/a.cfg": "#cloud-config\nruncmd: [echo hi]\n" };
  return await run([...command.split(" "), "a.yaml"], { world, files, controls: noControls });
}

Deno.test("what runs programs in a frozen instance is refused at once, with the command that unfreezes it", async () => {
  for (
    const [command, more] of [
      ["up --dry-run", "cloud-config-files: [a.cfg]\n"],
      ["up --dry-run", "lxc-options: [-c user.a=1]\nchecks: [{exec: 'true'}]\n"],
      ["up --dry-run --restart", "lxc-options: [-c security.nesting=true]\n"],
      ["configure --dry-run", "cloud-config-files: [a.cfg]\n"],
    ]
  ) {
    const { code, stdout, stderr } = await ran(command!, more!);
    assertEquals([command, code, stdout], [command, 9, ""], stderr);
    assertStringIncludes(stderr, 'instance "a": it is frozen');
    assertStringIncludes(stderr, "To unfreeze it: lxops unpause a");
  }
  const left = await ran("up --dry-run", "cloud-config-files: [a.cfg]\n", { "user.lxops.frozen": "x" });
  assertStringIncludes(left.stderr, "it is frozen by lxops");
});

Deno.test("settings of a frozen instance change in place", async () => {
  const { code, stdout, stderr } = await ran("up --dry-run", "lxc-options: [-c user.a=1]\n");
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "# Change user.a");
});

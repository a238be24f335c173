/** Tests of the messages of `up` and `configure` about a frozen instance. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { noControls } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

const BASE = "#lxops-v1\nimage: tiny\nostype: alpine\n";

/** Runs a command on a frozen instance. */
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

Deno.test("commands that run programs in a frozen instance are refused at once, with the command that unfreezes it", async () => {
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

Deno.test("plan and up say that an instance is frozen and stays so", async () => {
  for (const [command, expected] of [["plan", "up to date"], ["up", "a: up to date"]] as const) {
    const { code, stdout, stderr } = await ran(command, "");
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, expected);
    assertEquals(stderr, 'note: "a" is frozen, and stays so; to unfreeze it: lxops unpause a\n');
  }
});

Deno.test("an instance that comes after a frozen one is not started, whether that is named or not", async () => {
  const config = { "user.lxops.image": "tiny", "volatile.base_image": "f1" };
  const world = worldOf({
    instances: [
      { name: "a", status: "Frozen", profiles: ["default", "a.lxops"], config },
      { name: "b", status: "Stopped", profiles: ["default", "b.lxops"], config },
    ],
    profiles: [{ name: "default" }, { name: "a.lxops" }, { name: "b.lxops" }],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  });
  const files = { "/c/a.yaml": BASE, "/c/b.yaml": `${BASE}after: [a]\n` };
  for (const operands of [["b.yaml"], ["a.yaml", "b.yaml"]]) {
    const { code, stderr } = await run(["up", "--dry-run", ...operands], {
      world,
      files,
      controls: noControls,
    });
    assertEquals(code, 9, stderr);
    assertStringIncludes(stderr, 'Cannot start instance "b": it comes after "a", which is frozen');
    assertStringIncludes(stderr, "lxops unpause a");
  }
});

/** Profiles with the name of an instance's own one that a user made by hand. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

const FILE = `#lxops-v1
image: tiny
ostype: alpine
limits: {processes: 500}
`;

/** Runs a command about an instance beside a profile that has its name. */
async function ran(args: readonly string[], { has = false, config = {} }: {
  readonly has?: boolean;
  readonly config?: Readonly<Record<string, string>>;
} = {}) {
  const world = worldOf({
    instances: [{
      name: "a",
      status: "Stopped",
      profiles: ["default", ...has ? ["a.lxops"] : []],
      config: { "user.lxops.config": "/c/a.yaml", "user.lxops.image": "tiny" },
    }],
    profiles: [{ name: "a.lxops", config: { "limits.memory": "64MiB", ...config } }],
    paths: { "/c/a.yaml": "file" },
  });
  const controls = recorder(memoryServer(world));
  const result = await run(args, { world, files: { "/c/a.yaml": FILE }, controls: () => controls });
  const paths = controls.effects.flatMap((one) => "path" in one ? [one.path] : []);
  return { ...result, changes: paths.filter((path) => path.startsWith("/1.0/profiles/a.lxops")).length };
}

Deno.test("commands that would give an instance a profile that a user made ask for --adopt", async () => {
  for (const args of [["profile", "apply"], ["up"], ["rebuild"], ["create-profile"]]) {
    const { code, stderr, changes } = await ran([...args, "a.yaml"]);
    assertEquals([code, changes], [9, 0], `${args} ${stderr}`);
    assertStringIncludes(stderr, 'its profile "a.lxops" exists, and was not made by lxops');
    assertStringIncludes(stderr, "--adopt");
  }
});

Deno.test("a profile is an instance's own with --adopt, with a mark of lxops, and where the instance has it", async () => {
  for (
    const [args, scene] of [
      [["profile", "apply", "--adopt"], {}],
      [["profile", "apply"], { has: true }],
      [["profile", "apply"], { config: { "user.lxops.keys": "limits.memory" } }],
    ] as const
  ) {
    const { code, stderr, changes } = await ran([...args, "a.yaml"], scene);
    assertEquals([code, changes], [0, 1], `${args} ${stderr}`);
  }
});

Deno.test("delete leaves a profile that a user made, and deletes one that the instance has, as the Go lxops", async () => {
  for (const args of [["delete", "a.yaml"], ["destroy", "-y", "a.yaml"], ["down", "-y", "a.yaml"]]) {
    const { code, events, stderr, changes } = await ran(args);
    assertEquals([code, changes], [0, 0], stderr);
    const notes = events.flatMap((one) => one.kind === "note" ? [one.text] : []).join("\n");
    assertStringIncludes(notes, 'Profile "a.lxops" stays: lxops did not make it');
    assertEquals((await ran(args, { has: true })).changes, 1);
  }
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { encodeRecord } from "../../../lib/plan/record/record.ts";
import { run } from "../../fakes/memory_app.ts";
import { noControls } from "../../fakes/recorder.ts";
import { worldOf } from "../world_spec.ts";

interface Scene {
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly usedBy?: readonly string[];
  readonly has?: readonly string[];
  readonly file?: string;
  /** The name of the instance. */
  readonly name?: string;
}

/** Runs `up` for an instance whose own profile had another name when it was applied last. */
async function ran(scene: Scene, command = ["up", "--dry-run"]) {
  const { description = "/c/a.yaml", config = {}, name = "web", file = "" } = scene;
  const { usedBy = [`/1.0/instances/${name}`] } = scene;
  const world = worldOf({
    instances: [{
      name,
      status: "Running",
      profiles: scene.has ?? ["default", "web.lxops"],
      config: {
        "user.lxops.config": "/c/a.yaml",
        "user.lxops.image": "tiny",
        "volatile.base_image": "f1",
        "user.lxops.record": encodeRecord({ lxops: "1", profiles: ["default", "web.lxops"] }),
      },
    }],
    profiles: [{ name: "default" }, {
      name: "web.lxops",
      description,
      config: { "user.a": "1", "user.lxops.keys": "user.a", ...config },
      usedBy,
    }, ...scene.has ? [{ name: "p-web", config: { "user.a": "1", "user.lxops.keys": "user.a" } }] : []],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
    paths: { "/c/a.yaml": "file" },
  });
  const text =
    `#lxops-v1\nimage: tiny\nname: ${name}\nprofile-pattern: p-(instance)\nconfig: {user.a: "1"}\n${file}`;
  return await run([...command, "a.yaml"], { world, files: { "/c/a.yaml": text }, controls: noControls });
}

const DELETES = "# Delete profile web.lxops\n";

Deno.test("a former own profile is deleted once its instance has another one, and plan says so", async () => {
  const plan = await ran({}, ["plan"]);
  assertStringIncludes(
    plan.stdout,
    "- profile web.lxops (changed in the file, and deleted, as nothing else has it)\n",
  );
  const { stdout } = await ran({});
  const order = [
    "# Create profile p-web",
    "# Change profiles of instance web",
    "# Delete profile web.lxops",
    "# Record ",
  ];
  const at = order.map((line) => stdout.indexOf(line));
  assertEquals(at.every((one) => one >= 0), true, stdout);
  assertEquals(at, at.toSorted((a, b) => a - b), stdout);
});

Deno.test("it is deleted also where a run was cut off before that", async () => {
  const scene = { has: ["default", "p-web"], usedBy: [] };
  assertStringIncludes(
    (await ran(scene, ["plan"])).stdout,
    "- profile web.lxops (changed in the file, and deleted",
  );
  assertStringIncludes((await ran(scene)).stdout, DELETES);
});

Deno.test("a former own profile stays that others have, made or changed", async () => {
  const scenes: Scene[] = [
    { description: "of somebody" },
    { config: { "user.mine": "1" } },
    { usedBy: ["/1.0/instances/web", "/1.0/instances/other"] },
    { usedBy: ["/1.0/instances/web", "/1.0/profiles/web.lxops?project=other"] },
    { file: "profiles: [web.lxops]\n" },
    { name: "shop", usedBy: [] },
    { file: "lxc-options: [-p, web.lxops]\n" },
  ];
  for (const scene of scenes) {
    const { code, stdout, stderr } = await ran(scene);
    assertEquals([code, stdout.includes(DELETES)], [0, false], JSON.stringify(scene) + stdout + stderr);
    assertEquals((await ran(scene, ["plan"])).stdout.includes("and deleted"), false, JSON.stringify(scene));
  }
});

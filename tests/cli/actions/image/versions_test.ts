import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { type MemoryLocks, memoryLocks } from "../../../fakes/memory_locks.ts";
import { noControls, recorder } from "../../../fakes/recorder.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { built, sealed, SECRET } from "../../../support/built_images.ts";
import type { PathInfo } from "../../../../lib/ports/mod.ts";
import { worldOf } from "../../../plan/world_spec.ts";

const WORLD = worldOf({
  images: [
    sealed({ ...built("1", 1), uploadedAt: "2026-01-01T00:00:00Z" }),
    sealed(built("2", 2)),
    sealed(built("3", 3, { aliases: ["web"], previous: "2" })),
    {
      ...built("4", 4, { alias: "child", aliases: ["child"] }),
      properties: {
        ...built("4", 4, { alias: "child" }).properties,
        "lxops.base": "3".repeat(64),
        "x\u001b[2J": "\u202e",
      },
    },
  ],
  instances: [
    { name: "a", config: { "volatile.base_image": "3".repeat(64) } },
    { name: "b", project: "web", config: { "volatile.base_image": "3".repeat(64) } },
  ],
});

/** The machine of the user who has built the images. */
const KEY = "/root/.config/lxops/record.key";
const FILE = { kind: "file", size: 64, mode: 0o600, uid: 0, gid: 0, device: 1, inode: 1 } as const;
const MACHINE = {
  world: { ...WORLD, paths: new Map([...WORLD.paths, [KEY, FILE as PathInfo]]) },
  files: { [KEY]: SECRET },
  env: { HOME: "/root" },
};

const taken = ({ asked }: MemoryLocks) =>
  asked.filter((one) => one.startsWith("create ")).map((one) => one.split(" ").at(-1));

async function looked(...args: readonly string[]) {
  return await run(["image", ...args], { ...MACHINE, controls: noControls });
}

Deno.test("image history shows which image a name has, and which it had", async () => {
  const { stdout } = await looked("history", "web");
  assertEquals(stdout.split("\n").slice(0, 4), [
    "CURRENT FINGERPRINT  BUILT                SIZE   SERIAL COMMIT BASE ALIASES",
    "*       333333333333 2026-01-03T00:00:00Z 1.0KiB                    web",
    "        222222222222 2026-01-02T00:00:00Z 1.0KiB",
    "        111111111111 2026-01-01T00:00:00Z 1.0KiB",
  ]);
  const rows = JSON.parse((await looked("history", "-json", "web")).stdout);
  assertEquals([rows[0].current, rows[0].previous, rows.length], [true, "2".repeat(64), 3]);
  const missing = await looked("history", "wab");
  assertEquals([missing.code, missing.stderr], [7, 'lxops: There is no image "wab"; did you mean "web"?\n']);
});

Deno.test("image show lists the instances and images made from an image, in every project, without control characters", async () => {
  const shown = JSON.parse((await looked("show", "-json", "web")).stdout);
  assertEquals([shown.instances, shown.images, shown.size], [["a", "web/b"], ["4".repeat(64)], 1024]);
  const { stdout } = await looked("show", "child");
  assertStringIncludes(stdout, `property lxops.base   ${"3".repeat(64)}\n`);
  assertStringIncludes(stdout, "property x\\x1b[2J     \\u202e\n");
});

Deno.test("image show of a server prefers images that this machine can run as a container", async () => {
  const image = {
    aliases: ["tiny"],
    fingerprint: "a".repeat(64),
    type: "container",
    architecture: "aarch64",
    size: 5,
    date: "2026-01-31",
    properties: { os: "Tiny" },
  } as const;
  const streams = [
    image,
    { ...image, architecture: "x86_64", type: "virtual-machine" as const, fingerprint: "b".repeat(64) },
    { ...image, architecture: "x86_64", fingerprint: "c".repeat(64) },
  ];
  const shown = await run(["image", "show", "images:tiny"], { ...MACHINE, controls: noControls, streams });
  assertStringIncludes(shown.stdout, `fingerprint   ${"c".repeat(64)}\naliases       images:tiny\n`);
  const missing = await run(["image", "show", "images:tin"], { ...MACHINE, controls: noControls, streams });
  assertEquals(missing.code, 7);
  assertStringIncludes(
    missing.stderr,
    'There is no image "tin" on the server of remote "images"; did you mean "tiny"?',
  );
});

Deno.test("image prune asks on a terminal, refuses to elsewhere, and deletes with -force", async () => {
  const controls = recorder(memoryServer(WORLD));
  const refused = await run(["image", "prune", "-keep", "1"], { ...MACHINE, controls: () => controls });
  assertEquals([refused.code, controls.effects], [2, []]);
  assertStringIncludes(refused.stderr, "2 images would be deleted");
  const asked = await run(["image", "prune", "-json"], {
    ...MACHINE,
    controls: () => controls,
    interactive: true,
  });
  const [{ alias, fingerprint, size }] = JSON.parse(asked.stdout);
  assertEquals([alias, fingerprint, size], ["web", "1".repeat(64), 1024]);
  assertEquals(controls.effects.length, 1);
  const wrong = await looked("prune", "-keep", "0");
  assertEquals(wrong.code, 2);
});

Deno.test("image rollback and prune lock the names whose images they change", async () => {
  const locks = memoryLocks();
  const controls = () => recorder(memoryServer(WORLD));
  const dry = await run(["image", "rollback", "-dry-run", "web"], {
    ...MACHINE,
    controls: noControls,
    locks,
  });
  assertEquals([dry.code, taken(locks)], [0, []]);
  await run(["image", "rollback", "web"], { ...MACHINE, controls, locks });
  await run(["image", "prune", "-force"], { ...MACHINE, controls, locks });
  const [first, second, ...others] = taken(locks);
  assertEquals([first?.startsWith("lxops.lock-image."), first === second, others], [true, true, []]);
});

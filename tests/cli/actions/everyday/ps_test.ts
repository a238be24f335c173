import { assertEquals, assertStringIncludes } from "@std/assert";
import { ServerError } from "../../../../lib/base/errors.ts";
import { hashesOf } from "../../../../lib/plan/record/hashes.ts";
import { encodeRecord } from "../../../../lib/plan/record/record.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { noControls } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

/** The record of an instance that was launched from a file with an image and a key. */
function recordOf(name: string): string {
  return encodeRecord({
    lxops: "1",
    image: "tiny",
    fingerprint: "f1",
    type: "container",
    profiles: ["default", `${name}.lxops`],
    profileDevices: {},
    profileKeys: {},
    devices: {},
    keys: hashesOf({ "user.x": "1" }),
    filesystems: {},
    items: [],
  });
}

const INSTANCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  same: { "user.x": "1", "user.lxops.record": recordOf("same") },
  hand: { "user.x": "2", "user.lxops.record": recordOf("hand") },
  old: { "user.x": "1", "user.lxops.record": recordOf("old"), "volatile.base_image": "f0" },
  bare: { "user.x": "1" },
  broken: { "user.x": "1", "user.lxops.record": recordOf("broken") },
};

const FILE = "#lxops-v1\nimage: tiny\nlxc-options: [-c user.x=1]\n";

Deno.test("a spare has no ports of its own, and differs from no file", async () => {
  const profile = {
    name: "a.lxops",
    devices: { web: { type: "proxy", listen: "tcp:0.0.0.0:80", connect: "tcp:127.0.0.1:80" } },
  };
  const spare = {
    "user.lxops.role": "spare",
    "user.lxops.of": "a",
    "user.lxops.config": "/c/a.yaml",
    "user.lxops.record": recordOf("a"),
    "volatile.base_image": "f0",
  };
  const own = { profiles: ["default", "a.lxops"], expandedDevices: profile.devices };
  const world = worldOf({
    instances: [
      { name: "a", ...own, config: { ...INSTANCES["same"], "volatile.base_image": "f1" } },
      { name: "a-old", status: "Stopped", ...own, config: { "user.lxops.image": "tiny", ...spare } },
    ],
    profiles: [{ name: "default" }, profile],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  });
  const { stdout } = await run(["ps", "-json", "a", "a-old"], {
    world,
    files: { "/c/a.yaml": FILE },
    controls: noControls,
  });
  const rows: { name: string; state: string; ports: string[]; changes: string }[] = JSON.parse(stdout);
  assertEquals(rows.map(({ name, state, ports, changes }) => [name, state, ports.length, changes]), [
    ["a", "Running", 1, "?"],
    ["a-old", "Stopped (spare)", 0, "-"],
  ]);
});

Deno.test("columns stand below each other where a value of .env is hidden in them", async () => {
  const devices = { web: { type: "proxy", listen: "tcp:192.168.100.200:80", connect: "tcp:127.0.0.1:80" } };
  const own = (name: string) => ({
    name,
    profiles: ["default", `${name}.lxops`],
    expandedDevices: devices,
    config: { "user.lxops.config": `/c/${name}.yaml`, "user.lxops.record": recordOf(name) },
  });
  const world = worldOf({
    instances: [own("a"), { ...own("b"), expandedDevices: {} }],
    profiles: [{ name: "default" }, { name: "a.lxops", devices }, { name: "b.lxops" }],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  });
  const file = "#lxops-v1\ndirectory: true\nimage: tiny\nports: ['${ADDRESS}:80:80']\n";
  const { stdout } = await run(["ps", "a.yaml", "b.yaml"], {
    world,
    files: { "/c/a.yaml": file, "/c/b.yaml": file, "/c/.env": "ADDRESS=192.168.100.200\n" },
    controls: noControls,
  });
  const lines = stdout.trimEnd().split("\n");
  assertEquals([lines.length, lines[1]!.includes("***:80->80")], [3, true], stdout);
  // The column behind the ports, and its value in both rows.
  const at = lines[0]!.indexOf("IMAGE") + "IMAGE ".length;
  assertEquals(lines.map((line) => line.slice(at - 1, at)), [" ", " ", " "], stdout);
  assertEquals(lines.slice(1).map((line) => line[at]), ["-", "-"], stdout);
});

/** Lists the instances with their changes and whether their image is outdated. */
async function listed() {
  const names = Object.keys(INSTANCES);
  const world = worldOf({
    instances: names.map((name) => ({
      name,
      profiles: ["default", `${name}.lxops`],
      config: { "user.lxops.image": "tiny", "volatile.base_image": "f1", ...INSTANCES[name] },
    })),
    profiles: [{ name: "default" }, ...names.map((name) => ({ name: `${name}.lxops` }))],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }, { aliases: [], fingerprint: "f0" }],
  });
  const files = Object.fromEntries([
    ...names.map((name) => [`/c/${name}.yaml`, FILE] as const),
    ["/c/broken.yaml", `${FILE}profiles: {}\nimage: other\n`] as const,
    ["/c/none.yaml", FILE] as const,
  ]);
  const operands = [...names, "none"].filter((name) => name !== "broken").map((name) => `${name}.yaml`);
  const { code, stdout, stderr } = await run(["ps", "-json", ...operands, "broken"], {
    world,
    files,
    controls: noControls,
  });
  assertEquals([code, stderr], [0, ""]);
  const rows: { name: string; changes: string; outdated: boolean | null }[] = JSON.parse(stdout);
  return Object.fromEntries(rows.map(({ name, changes, outdated }) => [name, [changes, outdated]]));
}

Deno.test("ps shows the parts in which instances differ, and outdated images, if known", async () => {
  assertEquals(await listed(), {
    bare: ["?", false],
    broken: ["?", false],
    hand: ["keys", false],
    none: ["instance", null],
    old: ["image", true],
    same: ["-", false],
  });
});

Deno.test("instances are listed one by one where the daemon cannot tell the state of one of them", async () => {
  const names = ["a", "b", "c", "d"];
  const world = worldOf({ instances: names.map((name) => ({ name, status: "Running", config: {} })) });
  const server = memoryServer(world);
  const refused = () => Promise.reject(new ServerError("Invalid PID", { status: 500 }));
  const { code, stdout, stderr } = await run(["ps", "--all", "--format", "csv", "--columns", "name,state"], {
    world,
    server: {
      ...server,
      instances: (project, options) => options?.state ? refused() : server.instances(project),
      instanceState: (ref) => ref.name === "b" ? refused() : server.instanceState(ref),
    },
    controls: noControls,
  });
  assertEquals(code, 0, stderr);
  assertEquals(stdout.trim().split("\n").length, names.length, stdout);
  assertStringIncludes(stderr, "b: its addresses are not known: Invalid PID");
});

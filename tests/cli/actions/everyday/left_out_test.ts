/** Commands in a tree of configurations of which one cannot be used. */
import { assertEquals, assertMatch } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

const FILES = {
  "/c/web/lxops.yaml": "#lxops-v1\nimage: tiny\n",
  "/c/db/lxops.yaml": "#lxops-v1\nimage: [tiny\n",
};

const WORLD = worldOf({
  instances: ["web", "db"].map((name) => ({
    name,
    profiles: ["default", `${name}.lxops`],
    config: { "user.lxops.config": `/c/${name}/lxops.yaml` },
  })),
  profiles: [{ name: "default" }, { name: "web.lxops" }, { name: "db.lxops" }],
  images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  paths: {
    "/c": "directory",
    "/c/web": "directory",
    "/c/db": "directory",
    ...Object.fromEntries(Object.keys(FILES).map((path) => [path, "file" as const])),
  },
});

async function inTree(line: string) {
  const controls = recorder(memoryServer(WORLD));
  return await run(line.split(" "), { world: WORLD, files: FILES, controls: () => controls });
}

const WARNING = /db\/lxops\.yaml:\d+:\d+: warning: /;
const NOTE = /note: db\/lxops\.yaml is left out, because it cannot be used\n/;

for (const command of ["ps", "plan", "status"]) {
  Deno.test(`${command} shows the instances of the right configurations, warns of the wrong one, and ends with 3`, async () => {
    const { code, stdout, stderr } = await inTree(command);
    assertEquals(code, 3, stderr);
    assertMatch(stdout, /web/);
    assertMatch(stderr, WARNING);
    assertMatch(stderr, NOTE);
  });

  Deno.test(`${command} of a right configuration does not look at the wrong one`, async () => {
    const { code, stderr } = await inTree(`${command} web`);
    assertEquals([stderr.includes("db/lxops.yaml"), code === 3], [false, false], stderr);
  });
}

Deno.test("an instance that is named stops and restarts though its configuration is wrong, with a warning", async () => {
  for (const command of ["stop", "restart", "kill"]) {
    const { code, stderr } = await inTree(`${command} db`);
    assertEquals(code, 0, stderr);
    assertMatch(stderr, WARNING);
  }
});

Deno.test("up and stop of a whole tree change nothing where one configuration is wrong", async () => {
  for (const command of ["up", "up .", "stop ."]) {
    const { code, stderr, events } = await inTree(command);
    assertEquals([code, events.length], [3, 0], stderr);
    assertMatch(stderr, /db\/lxops\.yaml:\d+:\d+: /);
  }
});

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

Deno.test("a property of -P that no configuration uses is a warning with the nearest name", async () => {
  const files = { "/c/a.yaml": "#lxops-v1\nimage: (image)\nproperties: {image: tiny}\n" };
  const text = async (set: string) => {
    const controls = recorder(memoryServer(WORLD));
    const line = ["plan", "-P", set, "a.yaml"];
    return (await run(line, { world: WORLD, files, controls: () => controls })).stderr;
  };
  assertMatch(
    await text("imge=tiny"),
    /-P imge: warning: no configuration here uses a property of this name; did you mean "image"\?/,
  );
  assertEquals((await text("image=tiny")).includes("-P image"), false);
});

Deno.test("logs of an instance that does not exist assures of nothing, as it changes nothing", async () => {
  const [logs, stop] = [await inTree("logs nosuch none"), await inTree("stop nosuch none")];
  assertEquals([logs.code, stop.code], [7, 7]);
  assertEquals(
    [logs, stop].map(({ stderr }) => stderr.includes("Nothing was changed.")),
    [false, true],
  );
});

Deno.test("a flag behind the instance or the image, where the program begins, is refused with its place", async () => {
  const lines = [["exec web -e A=1 -- env", 2], ["run tiny --timeout 2", 125], [
    "pool create cc --size 1 tiny",
    2,
  ]] as const;
  for (const [line, expected] of lines) {
    const { code, stderr } = await inTree(line);
    assertMatch(
      stderr,
      /stands behind "\w+", where the program of "lxops [a-z ]+" begins\n {2}Flags stand before it/,
    );
    assertEquals(code, expected, stderr);
  }
});

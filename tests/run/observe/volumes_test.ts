import { assertEquals, assertRejects } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import type { InstanceServer } from "../../../lib/ports/mod.ts";
import { readVolumes } from "../../../lib/run/observe/volumes.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { targetsOf } from "../../support/targets.ts";
import { worldOf } from "../../plan/world_spec.ts";

const CONFIG = 'filesystems: {data: {pattern: "volume:default/(instance)"}}\n';
const ALL = { snapshots: true, sizes: true };

function serverThat(answers: (path: string) => unknown): InstanceServer {
  const server = memoryServer(worldOf({ volumes: [{ name: "a", snapshots: ["s1"] }] }));
  return { ...server, get: async (path) => await answers(path) ?? await server.get(path) };
}

Deno.test("readVolumes() sends no request where no configuration has a volume", async () => {
  const targets = await targetsOf({ "a.yaml": "image: tiny\n" });
  const server = memoryServer(worldOf({}));
  const world = await readVolumes(server, targets, targets, ALL);
  assertEquals([world.volumes.size, server.questions], [0, []]);
});

Deno.test("readVolumes() knows no size where the pool cannot tell", async () => {
  const targets = await targetsOf({ "a.yaml": CONFIG });
  const size = async (answer: () => unknown) => {
    const server = serverThat((path) => path.endsWith("/state") ? answer() : undefined);
    return (await readVolumes(server, targets, targets, ALL)).volumes.get("volume:default/default/a")?.bytes;
  };
  assertEquals(await size(() => ({ usage: { used: 4096 } })), 4096);
  assertEquals(await size(() => ({ usage: { total: 0 } })), undefined);
  assertEquals(await size(() => ({ usage: null })), undefined);
  assertEquals(
    await size(() => Promise.reject(new ServerError("Not supported", { status: 500 }))),
    undefined,
  );
  await assertRejects(
    () => size(() => Promise.reject(new ServerError("no", { status: 403 }))),
    ServerError,
    "no",
  );
});

Deno.test("readVolumes() names the unexpected part of an answer", async () => {
  const targets = await targetsOf({ "a.yaml": CONFIG });
  const server = serverThat((path) => path.endsWith("/a") ? { name: "a", used_by: [1] } : undefined);
  await assertRejects(
    () => readVolumes(server, targets, targets, ALL),
    ServerError,
    "GET /1.0/storage-pools/default/volumes/custom/a: Invalid input: expected string, received number at used_by.0",
  );
});

Deno.test("readVolumes() takes the volumes of a project for those of the default one unless it has its own", async () => {
  const targets = await targetsOf({ "a.yaml": `${CONFIG}project: web\n` });
  const keys = async (volumeProjects: readonly string[]) => [...(await readVolumes(
    memoryServer(worldOf({ volumeProjects, volumes: [{ name: "a" }, { name: "a", project: "web" }] })),
    targets,
    targets,
    ALL,
  )).volumes.keys()];
  assertEquals(await keys([]), ["volume:default/default/a"]);
  assertEquals(await keys(["web"]), ["volume:web/default/a"]);
});

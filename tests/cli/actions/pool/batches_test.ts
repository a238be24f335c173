/** Pools that need many instances, at a daemon in memory that makes them. */
import { assertEquals } from "@std/assert";
import { ServerError } from "../../../../lib/base/errors.ts";
import { objectKey } from "../../../../lib/plan/world.ts";
import type { InstanceInfo, Request } from "../../../../lib/ports/mod.ts";
import { specText } from "../../../../lib/plan/pool/spec.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";
import { SPEC } from "../../../support/pool_commands.ts";

/** Tends a pool whose instances can be made up to a number, and returns how many it has then. */
async function tended(size: number, room: number) {
  const spec = specText({ ...SPEC, size, max: size });
  const world = worldOf({
    images: [{ aliases: ["tiny"] }],
    profiles: [{ name: "lxops-pool-p", config: { "user.lxops.pool.spec": spec } }],
  });
  const instances = world.instances as Map<string, InstanceInfo>;
  const server = memoryServer(world);
  let refused = 0;
  const send = ({ method, path, body }: Request) => {
    const { pathname } = new URL(path, "http://memory");
    const known = instances.get(objectKey("default", pathname.slice("/1.0/instances/".length)));
    if (known && method === "PATCH") Object.assign(known.config, (body as InstanceInfo).config);
    if (method !== "POST" || pathname !== "/1.0/instances") return;
    if (instances.size >= room) {
      refused++;
      throw new ServerError("No space left on device", { status: 500 });
    }
    const made = body as InstanceInfo;
    const createdAt = new Date().toISOString();
    const config = { ...made.config, "volatile.uuid": made.name };
    const info = { ...made, project: "default", status: "Running", createdAt, config };
    instances.set(objectKey("default", made.name), info);
  };
  const controls = recorder(server, { send });
  const { code, stderr } = await run(["pool", "tend", "p"], {
    ...{ world, server, controls: () => controls },
    random: () => crypto.randomUUID(),
  });
  return { code, stderr, refused, made: instances.size };
}

Deno.test("pool tend makes a few instances at a time, until there are as many as the pool wants", async () => {
  const { code, stderr, made } = await tended(100, Infinity);
  assertEquals([code, stderr, made], [0, "", 100]);
});

Deno.test("pool tend makes no more instances once one of them fails", async () => {
  const { code, refused, made } = await tended(100, 20);
  assertEquals([code, refused, made], [12, 4, 20]);
});

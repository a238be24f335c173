import { assertEquals } from "@std/assert";
import { Descriptions } from "../../../lib/adapters/daemon/descriptions.ts";
import type { Request } from "../../../lib/ports/mod.ts";

/** Descriptions of a daemon whose objects say their own path, and the paths that were read. */
function keeper() {
  const read: string[] = [];
  const descriptions = new Descriptions((path) => {
    read.push(path);
    return Promise.resolve(path.includes("gone") ? undefined : { description: `of ${path}` });
  });
  const bodyOf = async (method: Request["method"], path: string, body: unknown) =>
    (await descriptions.kept({ method, path, body })).body;
  return { descriptions, read, bodyOf };
}

const config = { "user.x": "1" };

Deno.test("a PATCH of an instance that was read keeps its description, and asks nothing", async () => {
  const { descriptions, read, bodyOf } = keeper();
  descriptions.note({ project: "default", name: "a", description: "mine" });
  descriptions.note({ project: "p", name: "a", description: "" });
  assertEquals(await bodyOf("PATCH", "/1.0/instances/a", { config }), { config, description: "mine" });
  assertEquals(await bodyOf("PATCH", "/1.0/instances/a?project=p", { config }), { config });
  assertEquals(read, []);
});

Deno.test("a description that is sent, or whose instance gets another name, is known afterwards", async () => {
  const { read, bodyOf } = keeper();
  await bodyOf("POST", "/1.0/instances?project=p", { name: "a", description: "made" });
  assertEquals(await bodyOf("POST", "/1.0/instances/a?project=p", { name: "b" }), { name: "b" });
  assertEquals(await bodyOf("PATCH", "/1.0/instances/b?project=p", {}), { description: "made" });
  await bodyOf("PUT", "/1.0/instances/b?project=p", { description: "put" });
  assertEquals(await bodyOf("PATCH", "/1.0/instances/b?project=p", {}), { description: "put" });
  assertEquals(await bodyOf("PATCH", "/1.0/instances/b?project=p", { description: "" }), { description: "" });
  assertEquals(await bodyOf("PATCH", "/1.0/instances/b?project=p", {}), {});
  assertEquals(read, []);
});

Deno.test("a description that is not known is asked for", async () => {
  const { read, bodyOf } = keeper();
  const volume = "/1.0/storage-pools/default/volumes/custom/v";
  assertEquals(await bodyOf("PATCH", volume, { config }), { config, description: `of ${volume}` });
  assertEquals(await bodyOf("PATCH", "/1.0/instances/gone", { config }), { config });
  assertEquals(read, [volume, "/1.0/instances/gone"]);
});

Deno.test("requests about other things are as they were", async () => {
  const { read, bodyOf } = keeper();
  for (
    const path of ["/1.0/profiles/p", "/1.0/instances/a/metadata", "/1.0/instances/a/snapshots/s", "/1.0"]
  ) {
    assertEquals(await bodyOf("PATCH", path, { config }), { config });
  }
  assertEquals(await bodyOf("PUT", "/1.0/instances/a/state", { action: "stop" }), { action: "stop" });
  assertEquals(read, []);
});

/** Images of another daemon, which that daemon does not give away: the answer says how they get here. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import { run } from "../../fakes/memory_app.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../world_spec.ts";

/** Returns the errors of a launch from an image that the daemon does not find. */
async function launched(image: string, protocol: "incus" | "simplestreams"): Promise<string> {
  const world = { ...worldOf({}), remotes: new Map([["far", { url: "https://far:8443", protocol }]]) };
  const controls = recorder(memoryServer(world), {
    send: ({ path }) => {
      if (path.startsWith("/1.0/images")) throw new ServerError("Image not found", { status: 404 });
    },
  });
  const files = { "/c/a.yaml": `#lxops-v1\nimage: ${image}\nostype: alpine\n` };
  const { code, stderr } = await run(["launch", "a.yaml"], { world, files, controls: () => controls });
  assertEquals(code, 7, stderr);
  return stderr;
}

Deno.test("a launch from an image that another daemon keeps private says how to copy it", async () => {
  const advice =
    "If the image is private there, copy it first: lxops image copy --alias base far:base; then " +
    '"base" names the copy\n';
  assertStringIncludes(await launched("far:base", "incus"), advice);
  assertEquals((await launched("far:base", "simplestreams")).includes("private"), false);
});

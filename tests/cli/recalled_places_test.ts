/** The places of an instance's data, with the properties that it was created with. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

const FILE = "#lxops-v1\nimage: tiny\nproperties: {site: one}\nfilesystems: {d: {pattern: /srv/(site)}}\n" +
  "devices: {data: {path: /data, filesystem: d}}\n";

Deno.test("i filesystems and i devices show the places of the instance, unless -P names others", async () => {
  const config = { "user.lxops.config": "/c/a.yaml", "user.lxops.properties": '{"site":"two"}' };
  const world = worldOf({ instances: [{ name: "a", status: "Running", config }] });
  for (const command of ["filesystems", "devices"]) {
    for (const [flags, place] of [[[], "/srv/two"], [["-P", "site=three"], "/srv/three"]] as const) {
      const { code, stdout, stderr } = await run(["i", command, ...flags, "a.yaml"], {
        world,
        files: { "/c/a.yaml": FILE },
        controls: () => recorder(memoryServer(world)),
      });
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, place);
    }
  }
});

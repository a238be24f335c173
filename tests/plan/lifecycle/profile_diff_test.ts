import { assertEquals } from "@std/assert";
import { profileDifferences } from "../../../lib/plan/lifecycle/profiles.ts";
import { entryOf } from "../../../lib/plan/record/hashes.ts";
import { encodeRecord } from "../../../lib/plan/record/record.ts";
import { loadTargets } from "../../../lib/run/targets/targets.ts";
import { memoryHost } from "../../fakes/memory_host.ts";
import { worldOf } from "../world_spec.ts";

const FILE = `#lxops-v1
image: tiny
filesystems: {d: {pattern: /srv/(instance)}}
devices: {data: {path: /data, filesystem: d}}
`;
const wanted = { type: "disk", path: "/data", source: "/srv/a/data" };
const live = { ...wanted, path: "/other" };

async function differences(record: object, found: Record<string, string> = live) {
  const { targets } = await loadTargets(
    ["a.yaml"],
    { sets: [], name: "", project: "", strict: false },
    memoryHost({ cwd: "/c", files: { "/c/a.yaml": FILE } }),
  );
  const world = worldOf({
    instances: [{
      name: "a",
      profiles: ["default", "a.lxops"],
      config: { "user.lxops.record": encodeRecord({ lxops: "1", ...record }) },
    }],
    profiles: [{
      name: "a.lxops",
      config: { "user.lxops.devices": "data" },
      devices: { data: found },
    }],
    paths: { "/srv/a": "directory", "/srv/a/data": "directory" },
  });
  return profileDifferences(targets[0]!, world).map(({ part, name }) => `${part} ${name}`);
}

Deno.test("profile diff leaves out values that the user keeps by --take live, until either side changes", async () => {
  const kept = { profileDevices: { data: entryOf(wanted, live) } };
  assertEquals(await differences({}), ["device data"]);
  assertEquals(await differences(kept), []);
  assertEquals(await differences(kept, { ...live, path: "/changed" }), ["device data"]);
});

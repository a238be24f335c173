import { assertEquals } from "@std/assert";
import { ownContent } from "../../../../lib/plan/instance/resolve/own_profile.ts";
import { targetsOf } from "../../../support/targets.ts";
import { worldOf } from "../../world_spec.ts";

const ROOT = { type: "disk", path: "/", pool: "default" };

async function devicesOf(config: string, own: Readonly<Record<string, string>>, mark = "root") {
  const [target] = await targetsOf({ "a.yaml": `image: tiny\n${config}` });
  const world = worldOf({
    profiles: [
      { name: "default", devices: { root: ROOT } },
      { name: "a.lxops", devices: { root: own }, config: { "user.lxops.devices": mark } },
    ],
  });
  return ownContent(target!, world, {}).devices;
}

Deno.test("a root disk without a limit stays in the own profile that has it, as no daemon takes it away", async () => {
  assertEquals(await devicesOf("", { ...ROOT, size: "1GiB" }), { root: ROOT });
  assertEquals(await devicesOf("limits: {cpu: 1}\n", { ...ROOT, size: "1GiB" }), { root: ROOT });
  assertEquals(await devicesOf("limits: {disk: 2GiB}\n", ROOT), { root: { ...ROOT, size: "2GiB" } });
});

Deno.test("a root disk that a user put into the own profile is left alone", async () => {
  assertEquals(await devicesOf("", { ...ROOT, size: "1GiB" }, "data"), {});
});

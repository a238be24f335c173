/** NICs of an own profile that the instance itself has, too, as after a rebuild whose old instance came back. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { noControls } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";
import { hashesOf } from "../../../../lib/plan/record/hashes.ts";
import { encodeRecord } from "../../../../lib/plan/record/record.ts";

const nic = (network: string) => ({ type: "nic", name: "lan", network });

/** Runs a command about an instance that has a NIC of its profile itself, too. */
async function ran(command: readonly string[], own: string, file: string, ours = "lan") {
  const record = encodeRecord({
    lxops: "1",
    profiles: ["default", "web.lxops"],
    profileDevices: hashesOf({ lan: nic("one") }),
    devices: {},
    keys: {},
  });
  const world = worldOf({
    instances: [{
      name: "web",
      status: "Running",
      profiles: ["default", "web.lxops"],
      devices: { lan: nic(own) },
      expandedDevices: { lan: nic(own) },
      config: { "user.lxops.image": "tiny", "volatile.base_image": "f1", "user.lxops.record": record },
    }],
    profiles: [{ name: "default" }, {
      name: "web.lxops",
      devices: { lan: nic("one") },
      config: { "user.lxops.devices": ours },
    }],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  });
  const text = `#lxops-v1\nimage: tiny\ndevices: {lan: {type: nic, name: lan, network: ${file}}}\n`;
  return await run([...command, "web.yaml"], { world, files: { "/c/web.yaml": text }, controls: noControls });
}

Deno.test("a copy of a NIC of its profile is no change, and goes with the next change", async () => {
  assertEquals((await ran(["plan"], "one", "one")).stdout, "web: up to date\nNo changes\n");
  const plan = await ran(["plan"], "one", "two");
  assertEquals(plan.stdout.split("\n").slice(1, -1), [
    "  ~ device lan: name=lan network=one type=nic -> name=lan network=two type=nic (changed in the file)",
    "0 to add, 1 to change, 0 to remove",
  ]);
  const up = await ran(["up", "--dry-run"], "one", "two");
  assertStringIncludes(up.stdout, "# Change lan of instance web\nlxops query -X PUT ");
});

Deno.test("a NIC of the instance that replaces that of its profile is a change", async () => {
  assertStringIncludes(
    (await ran(["plan"], "three", "one")).stdout,
    "- own device lan: name=lan network=three type=nic (changed by hand)",
  );
});

Deno.test("a NIC that a user gave both to the instance and to its profile stays in both", async () => {
  const { stdout } = await ran(["up", "--dry-run"], "one", "one", "");
  assertEquals(stdout.includes("PUT"), false, stdout);
});

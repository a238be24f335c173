import { assertEquals } from "@std/assert";
import { sumReasons } from "../../../lib/plan/checks/project_sums.ts";
import { worldOf } from "../world_spec.ts";

const PROJECT = {
  name: "default",
  config: { "limits.memory": "1GiB", "limits.cpu": "4", "limits.processes": "100" },
};
const [SMALL, OWN] = worldOf({
  instances: [
    { name: "b", expandedConfig: { "limits.memory": "512MiB", "limits.cpu": "2" } },
    { name: "a", expandedConfig: { "limits.memory": "768MiB" } },
  ],
}).instances.values();

/** Returns the reasons against a configuration of an instance. */
const reasons = (config: Readonly<Record<string, string>>, more: { info?: typeof OWN; vm?: boolean } = {}) =>
  sumReasons(PROJECT, { vm: false, config, others: [SMALL!], ...more });

Deno.test("the limits of the instances of a project are summed", () => {
  assertEquals(reasons({ "limits.memory": "512MiB", "limits.cpu": "2", "limits.processes": "100" }), []);
  assertEquals(reasons({ "limits.memory": "513MiB", "limits.cpu": "3" }), [
    "limits.cpu is 4, and other instances have 2, with 3 to come",
    "limits.memory is 1GiB, and other instances have 512.0MiB, with 513MiB to come",
  ]);
});

Deno.test("a share, and the processes of a virtual machine have no sum", () => {
  assertEquals(reasons({ "limits.memory": "10%" }), [
    "limits.memory is 1GiB, so an instance needs a number, and not 10%",
  ]);
  assertEquals(reasons({ "limits.processes": "200" }, { vm: true }), []);
});

Deno.test("a limit that an instance has already, or a lower one, is not refused", () => {
  assertEquals(reasons({ "limits.memory": "768MiB" }, { info: OWN! }), []);
  assertEquals(reasons({ "limits.memory": "700MiB" }, { info: OWN! }), []);
  assertEquals(reasons({ "limits.memory": "769MiB" }, { info: OWN! }).length, 1);
});

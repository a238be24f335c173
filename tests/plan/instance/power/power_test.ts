import { assertEquals, assertThrows } from "@std/assert";
import { StateError } from "../../../../lib/base/errors.ts";
import { planFreeze } from "../../../../lib/plan/instance/power/power.ts";
import { unfreezeLeft } from "../../../../lib/plan/storage/freeze.ts";
import { worldOf } from "../../world_spec.ts";

/** Returns a world with one instance in some state. */
function worldWith(status: string, config: Readonly<Record<string, string>> = {}) {
  return worldOf({ instances: [{ name: "web", status, config }] });
}

function planned(status: string, freeze: boolean): readonly string[] {
  const [info] = worldWith(status).instances.values();
  const { steps, notes = [] } = planFreeze(info!, freeze);
  return [...steps.map(({ title }) => title), ...notes];
}

Deno.test("an instance that its daemon freezes at this moment is waited for, and then unfrozen where that is wanted", () => {
  assertEquals(planned("Running", true), ["Freeze instance web"]);
  assertEquals(planned("Freezing", true), ["Wait until instance web is frozen"]);
  assertEquals(planned("Frozen", true), ['"web" is frozen already']);
  assertEquals(planned("Frozen", false), ["Unfreeze instance web"]);
  assertEquals(planned("Freezing", false), ["Wait until instance web is frozen", "Unfreeze instance web"]);
  assertEquals(planned("Running", false), ['"web" is running already']);
  assertThrows(() => planned("Stopped", true), StateError, "it is stopped");
});

Deno.test("an instance that an interrupted run froze is unfrozen, also where the daemon still freezes it", () => {
  const steps = (status: string) =>
    unfreezeLeft(worldWith(status, { "user.lxops.frozen": "true" }), [{ project: "default", name: "web" }])
      .map(({ title }) => title);
  assertEquals(steps("Running"), ["Remove the note that instance web was frozen"]);
  assertEquals(steps("Frozen"), ["Unfreeze instance web", "Remove the note that instance web was frozen"]);
  assertEquals(steps("Freezing"), [
    "Wait until instance web is frozen",
    "Unfreeze instance web",
    "Remove the note that instance web was frozen",
  ]);
});

import { assertEquals } from "@std/assert";
import { mayHaveJournal } from "../../../../lib/plan/instance/reserved_names.ts";
import { worldOf } from "../../world_spec.ts";

const NEVER_RAN = { config: { "volatile.apply_template": "create" } };

/** The instances of which a journal would be read. */
function read(instances: NonNullable<Parameters<typeof worldOf>[0]["instances"]>): readonly string[] {
  const world = worldOf({ instances });
  return [...world.instances.values()].filter((info) => mayHaveJournal(info))
    .map(({ name }) => name);
}

Deno.test("mayHaveJournal() takes instances that run", () => {
  assertEquals(read([{ name: "a" }, { name: "b", status: "Stopped" }]), ["a"]);
  assertEquals(read([{ name: "a", status: "Stopped", ...NEVER_RAN }]), []);
});

Deno.test("mayHaveJournal() leaves out both instances of an unfinished swap", () => {
  const old = { name: "a-lxops-old", status: "Stopped" };
  const made = { name: "a-lxops-new", status: "Stopped", ...NEVER_RAN };
  assertEquals(read([{ name: "a", status: "Stopped" }, made]), []);
  assertEquals(read([old, made]), []);
  assertEquals(read([{ name: "a", status: "Stopped" }, { ...old, status: "Running" }]), []);
});

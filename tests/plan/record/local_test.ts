/** Settings of an own profile that the instance itself has. */
import { assertEquals } from "@std/assert";
import { hashesOf } from "../../../lib/plan/record/hashes.ts";
import { heldBefore, needsNoProfile } from "../../../lib/plan/record/local.ts";

Deno.test("a setting with its recorded value on the instance was changed in the file alone", () => {
  const recorded = hashesOf({ memory: "1GiB", cpu: "1", processes: "100" });
  const local = { memory: "1GiB", cpu: "2", processes: "100", other: "1" };
  const wanted = { memory: "2GiB", cpu: "3", processes: "100", other: "2" };
  assertEquals(heldBefore(wanted, local, recorded), { memory: "1GiB" });
  assertEquals(heldBefore({}, local, recorded), {});
  assertEquals(heldBefore(wanted, local, undefined), {});
});

Deno.test("an instance needs no profile of its own while it has all of that itself, and never had it", () => {
  const own = { config: { memory: "1GiB" }, devices: { eth1: { type: "nic" } } };
  const info = { ...own, profiles: ["default"] };
  assertEquals(needsNoProfile(own, info, undefined, "a.lxops"), true);
  assertEquals(needsNoProfile(own, { ...info, profiles: ["a.lxops"] }, undefined, "a.lxops"), false);
  assertEquals(needsNoProfile(own, { ...info, config: {} }, undefined, "a.lxops"), false);
  assertEquals(
    needsNoProfile(own, info, { lxops: "1", config: "", profiles: ["default", "a.lxops"] }, "a.lxops"),
    false,
  );
});

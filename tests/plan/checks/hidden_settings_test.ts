/** NICs that an instance has itself, and in its own profile, too. */
import { assertEquals } from "@std/assert";
import { devicesWithoutCopies } from "../../../lib/plan/checks/hidden_settings.ts";

const NIC = { type: "nic", nictype: "p2p", name: "eth1", hwaddr: "00:16:3e:00:00:01" };
const PROFILE = { name: "a.lxops", config: { "user.lxops.devices": "eth1" }, devices: { eth1: NIC } };

Deno.test("a NIC that is in the own profile, too, is a copy only for an instance with that profile", () => {
  const devices = { eth1: NIC };
  assertEquals(devicesWithoutCopies({ devices, profiles: ["default", "a.lxops"] }, PROFILE), {});
  assertEquals(devicesWithoutCopies({ devices, profiles: ["default"] }, PROFILE), devices);
});

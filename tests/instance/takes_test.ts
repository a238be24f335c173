import { assertEquals } from "@std/assert";
import { CONFIG_TAKES, configTakes, deviceTakes, most } from "../../lib/instance/takes.ts";

const KEYS: readonly (readonly [key: string, container: string, machine: string])[] = [
  ["limits.memory", "nothing", "nothing"],
  ["limits.memory.swap", "nothing", "restart"],
  ["limits.memory.hugepages", "restart", "restart"],
  ["limits.kernel.nofile", "restart", "restart"],
  ["boot.autostart", "nothing", "nothing"],
  ["boot.mode", "restart", "restart"],
  ["environment.TZ", "nothing", "nothing"],
  ["user.anything", "nothing", "nothing"],
  ["user.user-data", "restart", "restart"],
  ["cloud-init.user-data", "restart", "restart"],
  ["security.nesting", "restart", "restart"],
  ["security.protection.delete", "nothing", "nothing"],
  ["raw.idmap", "restart", "restart"],
  ["raw.apparmor", "nothing", "nothing"],
  ["a.key.of.tomorrow", "restart", "restart"],
];

for (const [key, container, machine] of KEYS) {
  Deno.test(`a change of ${key} takes ${container}, and ${machine} of a virtual machine`, () => {
    assertEquals([configTakes(key), configTakes(key, true)], [container, machine]);
  });
}

Deno.test("devices come and go while a container runs, and some do not in a virtual machine", () => {
  assertEquals(deviceTakes(undefined, { type: "proxy" }), "nothing");
  assertEquals(deviceTakes({ type: "unix-char" }, undefined), "nothing");
  assertEquals(deviceTakes({ type: "unix-char" }, undefined, true), "restart");
  assertEquals(
    deviceTakes({ type: "disk", path: "/" }, { type: "disk", path: "/", size: "2GiB" }, true),
    "restart",
  );
  assertEquals(deviceTakes({ type: "nic", nictype: "ipvlan" }, { type: "nic", network: "a" }), "restart");
  assertEquals(deviceTakes(undefined, { type: "something" }), "restart");
});

Deno.test("most() is the most of all", () => {
  assertEquals(most([]), "nothing");
  assertEquals(most(["nothing", "rebuild", "restart"]), "rebuild");
});

Deno.test("beginnings of keys end with a dot", () => {
  for (const key of Object.keys(CONFIG_TAKES)) assertEquals(/^[a-z0-9_.-]+$/.test(key), true, key);
});

Deno.test("a filesystem in memory is added, changed and removed with a restart", () => {
  const device = { type: "disk", source: "tmpfs:", path: "/mnt/tmp" };
  assertEquals(deviceTakes(undefined, device), "restart");
  assertEquals(deviceTakes(device, { ...device, size: "8MiB" }), "restart");
  assertEquals(deviceTakes(device, undefined), "restart");
});

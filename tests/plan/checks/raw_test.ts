import { assertEquals } from "@std/assert";
import { rawKeys } from "../../../lib/plan/checks/raw.ts";

Deno.test("rawKeys() names keys that can give an instance files of the host, and none that only limit it", () => {
  assertEquals(
    rawKeys({ "raw.lxc": "# none\nlxc.cap.drop = sys_time\nlxc.apparmor.profile=unconfined\n" }),
    [],
  );
  assertEquals(rawKeys({ "raw.lxc": "", "raw.qemu": " ", "raw.idmap": "both 1 1" }), []);
  for (const line of ["lxc.mount.entry = / a none bind 0 0", " lxc.include=/x", "lxc.hook.mount = /x"]) {
    assertEquals(rawKeys({ "raw.lxc": `lxc.cap.drop = sys_time\n${line}` }), ["raw.lxc"]);
  }
  assertEquals(rawKeys({ "raw.qemu": "-x", "raw.qemu.conf": "[x]" }), ["raw.qemu", "raw.qemu.conf"]);
});

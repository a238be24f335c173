import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/base/errors.ts";
import { splitProperties } from "../../../lib/cli/shared/image_properties.ts";

Deno.test("splitProperties() finds KEY=VALUE between names of instances, snapshots and remotes", () => {
  assertEquals(splitProperties(["web", "os=debian", "lxops.key=a=b", "note=", "text=x/y:z\n"]), {
    operands: ["web"],
    properties: { os: "debian", "lxops.key": "a=b", note: "", text: "x/y:z\n" },
  });
  assertEquals(splitProperties(["far:web/a=b", "x/y=z", "=a"]), {
    operands: ["far:web/a=b", "x/y=z", "=a"],
    properties: {},
  });
  for (const wrong of ["a b=c", "a\u001b[2J=c", `${"k".repeat(256)}=v`]) {
    assertThrows(() => splitProperties([wrong]), UsageError);
  }
});

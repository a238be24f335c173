/** Values of keys that no daemon takes. */
import { assertEquals } from "@std/assert";
import { valueProblem } from "../../../lib/instance/settings/config_value.ts";

Deno.test("a value that no daemon takes is found, and all others are left to the daemon", () => {
  assertEquals(
    valueProblem("limits.memory", "lots"),
    'limits.memory needs a size such as 512MiB, or a percentage, not "lots"',
  );
  assertEquals(
    valueProblem("security.nesting", "maybe"),
    'security.nesting needs true or false, not "maybe"',
  );
  for (
    const [key, value] of [
      ["limits.memory", "512MiB"],
      ["limits.memory", "50%"],
      ["limits.memory", ""],
      ["limits.cpu", "0-3"],
      ["security.nesting", "Yes"],
      ["user.x", "lots"],
    ] as const
  ) assertEquals(valueProblem(key, value), undefined, `${key}=${value}`);
});

import { assertEquals } from "@std/assert";
import { parseRemembered } from "../../../lib/instance/patterns/remembered.ts";

Deno.test("parseRemembered() reads notes, and ignores other texts", () => {
  assertEquals(parseRemembered('{"env":"prod","x":"a=b \\"c\\""}'), { env: "prod", x: 'a=b "c"' });
  for (const text of [undefined, "", "{", "[1]", "null", '"x"', "7"]) assertEquals(parseRemembered(text), {});
  assertEquals(parseRemembered('{"a":1,"b":"2","c":null}'), { b: "2" });
  assertEquals(parseRemembered(JSON.stringify({ a: "x".repeat(20_000) })), {});
});

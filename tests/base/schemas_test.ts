import { assertEquals, fail } from "@std/assert";
import * as z from "zod/mini";
import { inWords, preprocess, transform } from "../../lib/base/schemas.ts";

function words(schema: z.ZodMiniType, value: unknown): readonly string[] {
  const result = schema.safeParse(value, { error: inWords });
  return result.success ? [] : result.error.issues.map(({ message }) => message);
}

Deno.test("inWords() names the kind of a value, and the expected one", () => {
  const found = [undefined, null, 1, NaN, true, [], {}, new Uint8Array()];
  assertEquals(found.flatMap((value) => words(z.string(), value)), [
    "Invalid input: expected string, received undefined",
    "Invalid input: expected string, received null",
    "Invalid input: expected string, received number",
    "Invalid input: expected string, received NaN",
    "Invalid input: expected string, received boolean",
    "Invalid input: expected string, received array",
    "Invalid input: expected string, received object",
    "Invalid input: expected string, received Uint8Array",
  ]);
  assertEquals(words(z.record(z.string(), z.number()), { a: "1", b: 2, c: [] }), [
    "Invalid input: expected number, received string",
    "Invalid input: expected number, received array",
  ]);
});

Deno.test("inWords() leaves the words to a schema that has some", () => {
  assertEquals(words(z.string({ error: "A name is expected" }), 1), ["A name is expected"]);
  assertEquals(words(z.union([z.string(), z.number()]), true), ["Invalid input"]);
});

Deno.test("preprocess() changes the input of a schema, transform() its output", () => {
  const schema = transform(preprocess((value) => value ?? "7", z.string()), Number);
  assertEquals(schema.parse(null), 7);
  assertEquals(schema.parse("8"), 8);
  assertEquals(words(schema, 8), ["Invalid input: expected string, received number"]);
});

Deno.test("a change that reports an issue makes the value invalid, and later checks do not run", () => {
  const schema = preprocess((value, { issues }) => {
    issues.push({ code: "custom", message: "Not today", input: value });
    return value;
  }, transform(z.string(), () => fail("it was asked")));
  assertEquals(words(schema, "a"), ["Not today"]);
});

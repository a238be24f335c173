import { assertEquals, assertRejects } from "@std/assert";
import { toFileUrl } from "@std/path";
import { assertGoldenText } from "./text.ts";

Deno.test("golden files are compared, updated on request, and never updated in CI", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const file = toFileUrl(`${directory}/new/expected.txt`);
    const update = { UPDATE_GOLDEN: "1" };
    const assertText = (text: string, env: Readonly<Record<string, string>> = {}) =>
      assertGoldenText(text, file, (name) => env[name]);
    await assertText("one\n", update);
    await assertText("one\n");
    await assertRejects(() => assertText("two\n"), Error, "not equal");
    await assertRejects(() => assertText("two\n", { ...update, CI: "true" }), Error, "CI is set");
    assertEquals(await Deno.readTextFile(file), "one\n");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

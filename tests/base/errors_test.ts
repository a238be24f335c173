/** Tests of the sentences of errors. */
import { assertEquals } from "@std/assert";
import { reasonOf } from "../../lib/base/errors.ts";

Deno.test("reasonOf() leaves out what only a developer could use", async () => {
  const read = (path: string) => Deno.readTextFile(path).then(() => "", reasonOf);
  assertEquals(await read("/nonexistent/file"), "No such file or directory");
  assertEquals(await read("/"), "Is a directory");
  assertEquals(
    reasonOf(
      new Error(
        'Requires write access to "/bin/x", specify the required permissions during compilation using `x`',
      ),
    ),
    'Requires write access to "/bin/x"',
  );
  assertEquals(reasonOf("a text"), "a text");
});

import { assert, assertEquals } from "@std/assert";
import { ServerError } from "../../lib/base/errors.ts";
import { asLxopsError } from "../../lib/run/unexpected.ts";

Deno.test("asLxopsError() leaves an expected error as it is", () => {
  const error = new ServerError("no");
  assert(asLxopsError(error) === error);
});

Deno.test("asLxopsError() takes an error with the name of a system's error for one of the machine", async () => {
  const thrown = await Deno.readTextFile("/").catch((error) => error);
  const error = asLxopsError(thrown);
  assertEquals([error.exitCode, error.message, error.advice], [1, `Cannot use "/": Is a directory`, []]);
  assert(error.cause === thrown);
});

for (const code of ["23", "ERR_INVALID_ARG_TYPE", "E", 13, undefined]) {
  Deno.test(`asLxopsError() takes any other error for a defect: code ${code}`, () => {
    const error = asLxopsError(Object.assign(new RangeError("too much"), { code }));
    assertEquals(error.message, "This is a defect of lxops, please report it: RangeError: too much");
    assertEquals(error.exitCode, 1);
    assert(error.advice.length > 0 && error.advice.every((line) => line.startsWith("at ")));
  });
}

Deno.test("asLxopsError() takes a permission that lxops is built without for no defect", () => {
  const error = asLxopsError(
    new Deno.errors.NotCapable('Requires write access to "/bin/x", specify the required permissions by y'),
  );
  assertEquals(error.message, 'Requires write access to "/bin/x", which lxops does not have');
});

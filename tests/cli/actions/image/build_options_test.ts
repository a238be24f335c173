import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../../lib/base/errors.ts";
import { type BuildValues, wantedOf } from "../../../../lib/cli/actions/image/build_options.ts";
import { targetsOf } from "../../../support/targets.ts";

const GIVEN = { properties: {}, random: undefined, secret: undefined, cwd: "/" };

Deno.test("wantedOf() refuses checks and properties with the value of a secret, which the image would keep", async () => {
  const [plain] = await targetsOf({ "a.yaml": "image: tiny\n" });
  const target = { ...plain!, secretValues: new Set(["s3cret-value", "80"]) };
  const values = (check: string) =>
    ({ alias: "", check: [check], serial: "", "host-key": "new" }) as unknown as BuildValues;
  const login = values("login -p s3cret-value");
  const error = assertThrows(() => wantedOf([target], login, GIVEN), UsageError);
  assertEquals([error.message.startsWith("--check has"), error.message.includes("s3cret")], [true, false]);
  const properties = { token: "s3cret-value" };
  assertThrows(() => wantedOf([target], values("true"), { ...GIVEN, properties }), UsageError, "token has");
  const others = { alias: "of-s3cret-value", set: ["description=x s3cret-value"] };
  for (const [flag, value] of Object.entries(others)) {
    const found = { ...values("true"), [flag]: value };
    assertThrows(() => wantedOf([target], found, GIVEN), UsageError, `--${flag} has`);
  }
  assertThrows(
    () => wantedOf([target], { ...values("true"), set: ["a=80"] }, GIVEN),
    UsageError,
    "--set has",
  );
  // A short value is in many texts.
  assertEquals(wantedOf([target], values("curl http://localhost:80/"), GIVEN).length, 1);
  assertEquals(wantedOf([plain!], login, GIVEN)[0]?.options.checks, login.check);
});

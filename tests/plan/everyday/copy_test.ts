import { assertEquals, assertThrows } from "@std/assert";
import { StateError } from "../../../lib/base/errors.ts";
import { planCopy, refuseCopyTo } from "../../../lib/plan/everyday/settings.ts";
import { worldOf } from "../world_spec.ts";

/** Returns what the daemon says of the instance at the place of a copy of "web". */
function thereWith(config: Readonly<Record<string, string>>) {
  const { instances } = worldOf({ instances: [{ name: "copy", status: "Stopped", config }] });
  return [...instances.values()][0]!;
}

const PART = { "volatile.base_image": "0".repeat(64) };
const WHOLE = { ...PART, "volatile.apply_template": "copy" };

Deno.test("an unfinished copy of the daemon is made again, and nothing else is replaced", () => {
  assertEquals(refuseCopyTo(undefined, "web"), false);
  assertEquals(refuseCopyTo(thereWith({ ...PART, "user.lxops.copy-of": "web" }), "web"), true);
  for (const config of [PART, { ...PART, "user.lxops.copy-of": "other" }, WHOLE]) {
    assertThrows(
      () => refuseCopyTo(thereWith(config), "web"),
      StateError,
      'There is an instance "copy" already',
    );
  }
  const whole = thereWith({ ...WHOLE, "user.lxops.copy-of": "web" });
  const error = assertThrows(() => refuseCopyTo(whole, "web"), StateError, 'it is a copy of "web"');
  assertEquals(error.advice.at(-1), "Otherwise choose another name");
  const web = { ...thereWith({}), name: "web" };
  const titles = (isLeft: boolean) =>
    planCopy(web, "copy", { shared: false, profiles: [], isLeft }).steps.map(({ title }) => title);
  assertEquals(titles(false), ["Copy instance web as copy"]);
  assertEquals(titles(true), [
    "Delete the incomplete instance copy",
    "Copy instance web as copy",
  ]);
});

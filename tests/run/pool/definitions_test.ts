/** Reading the definitions of pools. */
import { assertEquals } from "@std/assert";
import { specText } from "../../../lib/plan/pool/spec.ts";
import type { ProfileInfo } from "../../../lib/ports/mod.ts";
import { definitionsOf } from "../../../lib/run/pool/observe.ts";
import { DEFINITION, SPEC } from "../../support/pool_commands.ts";

Deno.test("definitionsOf() tells what cannot be read, and leaves out what is of another project", () => {
  const key = "user.lxops.pool.spec";
  const profile = (name: string, text: string) =>
    ({ ...DEFINITION, name, config: { [key]: text } }) as unknown as ProfileInfo;
  const { specs, unreadable } = definitionsOf("default", [
    profile("lxops-pool-p", specText(SPEC)),
    profile("lxops-pool-q", "{}"),
    profile("lxops-pool-r", specText({ ...SPEC, pool: "r", project: "other" })),
    profile("default", "{}"),
  ]);
  assertEquals(specs, [SPEC]);
  assertEquals(unreadable.map(({ message }) => message.split(" ")[1]), ["lxops-pool-q"]);
});

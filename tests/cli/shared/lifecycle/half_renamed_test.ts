import { assertEquals, assertStringIncludes } from "@std/assert";
import { backend as lxd } from "../../../../backends/lxd.ts";
import { halfRenamedAdvice } from "../../../../lib/cli/shared/lifecycle/half_renamed.ts";
import { ServerError } from "../../../../lib/base/errors.ts";
import { send } from "../../../../lib/step/build.ts";
import { renameInstance } from "../../../../lib/plan/requests/instances.ts";

const step = send("Rename", renameInstance({ project: "default", name: "a" }, "a-lxops-old-1"));
const failure = (message: string) => ({
  instance: "a",
  step,
  error: new ServerError(message, { status: 500 }),
  done: [],
});

Deno.test("halfRenamedAdvice() names the cure of an instance that a killed daemon had half renamed", () => {
  const advice = halfRenamedAdvice(failure("Instance storage pool not found"), lxd).join("\n");
  for (
    const text of [
      "lxd sql global",
      `UPDATE instances SET name='"'"'a-lxops-old-1'"'"' WHERE name='"'"'a'"'"' AND project_id=`,
      `UPDATE storage_volumes SET name='"'"'a'"'"' WHERE name='"'"'a-lxops-old-1'"'"' AND type=0 AND project_id=`,
      `(SELECT id FROM projects WHERE name='"'"'default'"'"')`,
      "a rebuild with --resume",
    ]
  ) assertStringIncludes(advice.replaceAll("'\\''", `'"'"'`), text);
});

Deno.test("halfRenamedAdvice() has nothing to say about other failures", () => {
  assertEquals(halfRenamedAdvice(failure("No space left on device"), lxd), []);
});

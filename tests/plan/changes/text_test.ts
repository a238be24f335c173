import { assertEquals } from "@std/assert";
import { changesJson, changesText } from "../../../lib/plan/changes/text.ts";

Deno.test("a plan begins with the flags that count for this run only", () => {
  assertEquals(changesText([]), "No changes\n");
  assertEquals(
    changesText([], ["-e DOMAIN", "--set limits.memory=256MiB"]),
    "For this run only: -e DOMAIN, --set limits.memory=256MiB\nNo changes\n",
  );
  assertEquals(changesJson([]), { version: 1, changes: 0, instances: [] });
  assertEquals(changesJson([], ["-e DOMAIN"]), {
    version: 1,
    given: ["-e DOMAIN"],
    changes: 0,
    instances: [],
  });
});

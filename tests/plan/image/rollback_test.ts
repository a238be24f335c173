import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StateError } from "../../../lib/base/errors.ts";
import { planRollback } from "../../../lib/plan/image/rollback.ts";
import { built, sealedBuilt, SECRET } from "../../support/built_images.ts";

const IMAGES = [built("1", 1), built("2", 2), built("3", 3, { aliases: ["web"], previous: "2" })];

const planned = (to = "", images = IMAGES, alias = "web") =>
  planRollback({ project: "p", alias, to, description: "d", secret: SECRET }, images).map(({ effect }) =>
    effect
  );

Deno.test("planRollback() is one request that moves the name, and can be taken back", () => {
  const request = { kind: "send", method: "PUT", path: "/1.0/images/aliases/web?project=p" } as const;
  assertEquals(planned(), [{ ...request, body: { target: "2".repeat(64), description: "d" } }]);
  assertEquals(planned("333"), []);
  assertEquals(planned("111"), [{ ...request, body: { target: "1".repeat(64), description: "d" } }]);
  const [step] = planRollback(
    { project: "p", alias: "web", to: "", description: "d", secret: SECRET },
    IMAGES,
  );
  assertEquals(step?.undo, { ...request, body: { target: "3".repeat(64), description: "d" } });
});

Deno.test("planRollback() gives a name to no image that only says that it had it", () => {
  const images = [built("e", 2), sealedBuilt("1", 1), sealedBuilt("3", 3, { aliases: ["web"] })];
  assertEquals<unknown>(planned("", images)[0], {
    kind: "send",
    method: "PUT",
    path: "/1.0/images/aliases/web?project=p",
    body: { target: "1".repeat(64), description: "d" },
  });
  const { message } = assertThrows(() => planned("eee", images), StateError);
  assertStringIncludes(message, '"eee" is no image that it had');
});

Deno.test("planRollback() gives a name back that was deleted", () => {
  assertEquals(planned("", [built("1", 1), built("2", 2)]), [{
    kind: "send",
    method: "POST",
    path: "/1.0/images/aliases?project=p",
    body: { name: "web", target: "2".repeat(64), description: "" },
  }]);
});

Deno.test("planRollback() refuses images that the name never had", () => {
  const refused = (...given: Parameters<typeof planned>) =>
    assertThrows(() => planned(...given), StateError).message;
  assertStringIncludes(refused("444"), '"444" is no image that it had');
  assertStringIncludes(refused("", [IMAGES[2]!]), "the daemon has no earlier image");
  assertStringIncludes(refused("", IMAGES, "wab"), 'There is no image "wab"');
  const two = [IMAGES[2]!, built("1", 1), { ...built("1", 1), fingerprint: `${"1".repeat(63)}2` }];
  assertStringIncludes(refused("111", two), "several of its images");
});

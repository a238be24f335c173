import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError } from "../../../lib/base/errors.ts";
import { parseSettings } from "../../../lib/plan/ci/settings.ts";

function problemsOf(text: string): readonly string[] {
  const error = assertThrows(() => parseSettings("ci.yaml", text), ConfigError);
  return error.issues.map(({ line, key, message }) => `${line} ${key}: ${message}`);
}

Deno.test("parseSettings() allows nothing where the file says nothing", () => {
  const { images, services, mounts, caches } = parseSettings("ci.yaml", "");
  assertEquals([images, services, mounts, caches], [[], [], [], []]);
});

Deno.test("parseSettings() takes an image as a name or as a map", () => {
  const { images } = parseSettings("ci.yaml", 'images: [a, {name: "b:*", image: c}]');
  assertEquals(images, [{ name: "a", image: "" }, { name: "b:*", image: "c" }]);
});

Deno.test("parseSettings() refuses an unknown key, as it may be a limit that is misspelled", () => {
  assertEquals(problemsOf("image: [a]\n")[0]?.startsWith('1 image: Unknown key "image"'), true);
});

Deno.test("parseSettings() names the lines of errors", () => {
  assertEquals(
    problemsOf(`builds-dir: builds
caches:
- {name: a/b, path: /a}
- {name: c, path: ../etc}
- {name: c, path: /c}
mounts: [{source: /srv/../etc, path: /m}]
images: ["a b"]
default-image: "(x)"
user: ann
`),
    [
      "1 builds-dir: An absolute path is expected here",
      "3 caches.0.name: A name of at most 20 letters, digits and hyphens is expected here",
      "4 caches.1.path: An absolute path is expected here",
      '5 caches.2.name: There are two caches "c"',
      "6 mounts.0.source: An absolute path is expected here",
      '7 images.0: "a b" is no name of an image',
      '8 default-image: "(x)" is no name of an image',
      "9 user: UID, UID:GID or root is expected here",
    ],
  );
});

Deno.test("a flavor with a pool has no profiles and limits of its own, and a name that pools can have", () => {
  const rows = [
    ["{pool: p, profiles: [a]}", "The runners have the profiles of pool"],
    ["{pool: p, limits: {cpu: 1}}", "The runners have the limits of pool"],
    ["{pool: 'far:p'}", "may have only letters, digits and hyphens"],
  ] as const;
  for (const [flavor, message] of rows) {
    assertStringIncludes(problemsOf(`flavors: {x: ${flavor}}`).join(), message);
  }
  assertEquals(parseSettings("f", "flavors: {x: {pool: p}}").flavors["x"]?.pool, "p");
});

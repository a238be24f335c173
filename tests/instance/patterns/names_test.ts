import { assert, assertEquals } from "@std/assert";
import {
  datasetNameProblem,
  deviceNameProblem,
  hostPathProblem,
  instanceNameProblem,
  isSystemDirectory,
  normalizePath,
  profileNameProblem,
  projectNameProblem,
} from "../../../lib/instance/patterns/names.ts";

type Check = (name: string) => string | undefined;

function table(title: string, check: Check, good: readonly string[], bad: readonly string[]): void {
  Deno.test(`${title}() accepts good names and explains bad ones`, () => {
    for (const name of good) assertEquals(check(name), undefined, name);
    for (const name of bad) assert(check(name) !== undefined, `${JSON.stringify(name)} is taken`);
  });
}

table(
  "instanceNameProblem",
  instanceNameProblem,
  ["a", "web", "Web-1", "a".repeat(63), "a--b"],
  ["", "1a", "-a", "a-", "a_b", "a.b", "a b", "a/b", "\u00e9", "a".repeat(64), "a\n"],
);
table(
  "projectNameProblem",
  projectNameProblem,
  ["default", "web-1", "a.b"],
  [".", "..", "*", "a_b", "a b", "a/b", "a?b", "-a", "a\n"],
);
table("profileNameProblem", profileNameProblem, ["default", "web.lxops", "a_b", "lxops.lockers"], [
  "lxops.lock.web",
  "lxops.lock-image.web",
  "",
  ".",
  "..",
  "a/b",
  "a b",
  "-a",
]);
table("deviceNameProblem", deviceNameProblem, ["home", "etc/opt", "a.b:c_d-e"], [
  ".a",
  "a b",
  "a=b",
  "a".repeat(64),
]);
table(
  "datasetNameProblem",
  datasetNameProblem,
  ["tank/a", "tank/a/b.c_d:e-f", "z/host/a b"],
  [
    "",
    "tank",
    "tank/",
    "/tank/a",
    "tank//a",
    "tank/a@b",
    "tank/a#b",
    "tank/a%b",
    "tank/.",
    "tank/../a",
    "-tank/a",
    "tank/-a",
    "tank/ a",
    "tank/a ",
    "1tank/a",
    "tank/\u00e9",
    "tank/a\nb",
    `tank/${"a".repeat(255)}`,
  ],
);
table("hostPathProblem", hostPathProblem, ["/", "/a b/c", "/a/./b"], [
  "",
  "a",
  "/a/../b",
  "/..",
  "/a\nb",
  "/a\0",
]);

Deno.test("normalizePath() takes out dots and slashes that mean nothing", () => {
  assertEquals(normalizePath("//a/./b//c/"), "/a/b/c");
  assertEquals(normalizePath("./a//b/"), "a/b");
  assertEquals(normalizePath("."), "");
  assertEquals(normalizePath("/"), "/");
});

Deno.test("isSystemDirectory() knows the directories that nothing may remove", () => {
  for (
    const path of [
      "/",
      "/home",
      "/srv",
      "/x",
      "/etc/a/b",
      "/usr/lib",
      "/var/lib",
      "/proc/1",
      "/var/lib/incus",
    ]
  ) {
    assert(isSystemDirectory(path), path);
  }
  for (const path of ["/home/web", "/srv/lxops", "/var/lib/lxops", "/usr/local/lxops", "/tank/a"]) {
    assert(!isSystemDirectory(path), path);
  }
});

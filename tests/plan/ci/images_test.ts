import { assertEquals, assertThrows } from "@std/assert";
import { allowedImage, fits, jobImage } from "../../../lib/plan/ci/images.ts";
import { JobError } from "../../../lib/plan/ci/job_error.ts";
import { parseSettings } from "../../../lib/plan/ci/settings.ts";

Deno.test("fits() takes * for any text without a slash and a colon", () => {
  const rows: readonly [string, string, boolean][] = [
    ["debian", "debian", true],
    ["debian", "debian2", false],
    ["debian/*", "debian/12", true],
    ["debian/*", "debian/12/cloud", false],
    ["*", "debian", true],
    ["*", "images:debian", false],
    ["*", "other/debian", false],
    ["ruby:*", "ruby:3.2-slim", true],
    ["ruby:*", "ruby:3:4", false],
    ["a.c", "abc", false],
    ["images:*/*", "images:alpine/3.22", true],
  ];
  assertEquals(rows.map(([pattern, name]) => fits(pattern, name)), rows.map(([, , expected]) => expected));
});

Deno.test("allowedImage() returns the image of the first entry that fits", () => {
  const allowed = [{ name: "a:1", image: "one" }, { name: "a:*", image: "" }];
  assertEquals(allowedImage(allowed, "a:1")?.image, "one");
  assertEquals(allowedImage(allowed, "a:2")?.image, "a:2");
  assertEquals(allowedImage(allowed, "b"), undefined);
});

Deno.test("jobImage() gives a job without an image the default one, where there is one", () => {
  assertEquals(jobImage(parseSettings("ci.yaml", "default-image: a"), "", "ci.yaml"), "a");
  assertThrows(
    () => jobImage(parseSettings("ci.yaml", "images: [a]"), "", "ci.yaml"),
    JobError,
    'The job names no image, and "ci.yaml" has no default-image',
  );
});

import { assertEquals } from "@std/assert";
import { didYouMean, nearest } from "../../lib/base/suggest.ts";

const KEYS = ["image", "profiles", "device-template", "devices", "zfsproperties", "readonly", "os"];

for (
  const [word, meant] of [
    ["imgae", "image"],
    ["Image", "image"],
    ["profile", "profiles"],
    ["deviceTemplate", "device-template"],
    ["device_template", "device-template"],
    ["zfs-properties", "zfsproperties"],
    ["read-only", "readonly"],
    ["xyz", undefined],
    ["", undefined],
    ["i", undefined],
    ["image", undefined],
    ["a".repeat(100), undefined],
  ] as const
) {
  Deno.test(`nearest() takes ${JSON.stringify(word.slice(0, 20))} for ${meant}`, () => {
    assertEquals(nearest(word, KEYS), meant);
  });
}

Deno.test("nearest() takes long names that differ in a word for different ones", () => {
  assertEquals(nearest("alpine-nginx-example", ["alpine-ssh-example"]), undefined);
  assertEquals(nearest("alpine-nginx-exmaple", ["alpine-nginx-example"]), "alpine-nginx-example");
});

Deno.test("didYouMean() ends a message, or says nothing", () => {
  assertEquals(didYouMean("imgae", KEYS), '; did you mean "image"?');
  assertEquals(didYouMean("nothing like it", KEYS), "");
});

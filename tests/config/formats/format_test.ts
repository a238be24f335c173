import { assertEquals, assertThrows } from "@std/assert";
import { defineFormat, type Format } from "../../../lib/config/format.ts";
import { migrate } from "../../../lib/config/formats/format.ts";
import { HEADER } from "../../../lib/config/header.ts";
import { headerOf } from "../../../lib/config/header.ts";
import { loadConfig } from "../../../lib/config/load/load.ts";
import { ConfigError, formatIssue } from "../../../lib/base/errors.ts";
import { memoryIo } from "../memory_io.ts";

/** A format whose migration only changes the header. */
function renaming(header: string, next: string): Format {
  return defineFormat({ header, description: header, migrate: (text) => text.replace(header, next) });
}

Deno.test("headerOf() takes the first line without mark and trailing blanks", () => {
  assertEquals(headerOf("\ufeff#lxops-v1 \t\r\nimage: a\n"), "#lxops-v1");
  assertEquals(headerOf(""), "");
});

Deno.test("migrate() follows a chain of formats", () => {
  const formats = [renaming("#one", "#two"), renaming("#two", HEADER)];
  assertEquals(migrate("a.yaml", "#one\nimage: a\n", formats).text, "#lxops-v1\nimage: a\n");
});

Deno.test("migrate() refuses a loop of formats", () => {
  const formats = [renaming("#one", "#two"), renaming("#two", "#one")];
  assertThrows(
    () => migrate("a.yaml", "#one\n", formats),
    ConfigError,
    "migrated in a loop: #one to #two to #one",
  );
  assertThrows(
    () => migrate("a.yaml", "#self\n", [renaming("#self", "#self")]),
    ConfigError,
    "#self to #self",
  );
});

Deno.test("defineFormat() refuses headers that cannot be one", () => {
  assertThrows(() => renaming("one", HEADER), TypeError, "The header of a format");
  assertThrows(() => renaming(HEADER, "#x"), TypeError, "needs no migration");
});

Deno.test("loadConfig() takes a user's own format", async () => {
  const mine = defineFormat({
    header: "#mine",
    description: "What we had before",
    migrate: (text) => text.replace("#mine", HEADER).replace("picture:", "image:"),
  });
  const io = memoryIo({ "a.yaml": "#mine\npicture: a\n" });
  const { config } = await loadConfig("a.yaml", io, {}, { formats: [mine] });
  assertEquals(config.image, "a");
});

function lxdops(text: string): string {
  return migrate("a.yaml", text).text;
}

Deno.test("lxdops: the migration keeps lines and comments", () => {
  assertEquals(
    lxdops("#lxdops\n# top\nos:\n  # name\n  name: alpine # x\n\n  image: a\nprofiles: [b]\n"),
    "#lxops-v1\n# top\n# os:\n  # name\nostype: alpine # x\n\nimage: a\nprofiles: [b]\n",
  );
});

Deno.test("lxdops: values on one line stay on their line, with their comment", () => {
  assertEquals(
    lxdops('#lxdops\nos: {name: alpine, image: "a: b"} # x\n# p\nprofiles: [b]\n'),
    "#lxops-v1\nostype: alpine # x\n# p\nprofiles: [b]\nimage: 'a: b'\n",
  );
  assertEquals(lxdops("#lxdops\r\nos:\r\n  name: a\r\n"), "#lxops-v1\n# os:\nostype: a\n");
});

Deno.test("lxdops: unusual YAML is rewritten", () => {
  assertEquals(lxdops("#lxdops\nos:\n  name: |\n    alpine\n"), "#lxops-v1\nostype: |\n  alpine\n");
  assertEquals(
    lxdops("#lxdops\nos:\n  {name: alpine,\n   image: b}\n"),
    "#lxops-v1\nostype: alpine\nimage: b\n",
  );
});

Deno.test("lxdops: fields without a successor are named", () => {
  assertEquals(migrate("a.yaml", "#lxdops\nos:\n  name: a\n  version: 3.18\n").issues.map(formatIssue), [
    'a.yaml:4:3 os.version: warning: "version" has no place in the current format and is left out',
  ]);
});

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { explain, explainText } from "../../../lib/config/describe/explain.ts";
import { loadConfig } from "../../../lib/config/load/load.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import { memoryIo } from "../memory_io.ts";

const FILES = {
  "a.yaml": "#lxops-v1\nimage: x\ninclude: [b.yaml]\nfilesystems: {host: {pattern: tank/a}}\nprofiles: [z]\n",
  "b.yaml":
    "#lxops-v1\nimage: y\nprofiles: [y]\nfilesystems: {host: {pattern: tank/b, transient: yes, destroy: no}}\nproperties: {p.q: r}\n",
};

async function text(...keys: readonly string[]): Promise<string> {
  return explainText(explain(await loadConfig("a.yaml", memoryIo(FILES), {}), keys));
}

Deno.test("explain() says where each value comes from and what it overrides", async () => {
  assertEquals(
    await text(),
    `image: "x"  a.yaml:2:1
  overrides b.yaml:2:1
profiles.0: "y"  b.yaml:3:12
profiles.1: "z"  a.yaml:5:12
filesystems.host.pattern: "tank/a"  a.yaml:4:22
  overrides b.yaml:4:15
  the whole entry "filesystems.host" is replaced, not merged
filesystems.host.destroy: "false"  (default)
properties.p.q: "r"  b.yaml:5:14
`,
  );
});

Deno.test("explain() shows a key and the keys below it", async () => {
  assertEquals((await text("profiles")).split("\n").length, 3);
  assertEquals(await text("properties.p.q"), 'properties.p.q: "r"  b.yaml:5:14\n');
});

Deno.test("explain() shows the keys that fit one of several keys or patterns, each once", async () => {
  const names = async (...keys: readonly string[]) =>
    [...(await text(...keys)).matchAll(/^([a-z]\S*):/gm)].map(([, name]) => name);
  assertEquals(await names("profiles.0", "profiles", "*.patter?"), [
    "profiles.0",
    "profiles.1",
    "filesystems.host.pattern",
  ]);
  // A dot is a dot, and a pattern has to fit a whole key.
  await assertRejects(() => text("image", "p?of"), UsageError, 'has no value "p?of"');
  await assertRejects(() => text("properties+p.*"), UsageError, 'has no value "properties+p.*"');
});

Deno.test("explain() suggests a key where there is no such value", async () => {
  const loaded = await loadConfig("a.yaml", memoryIo(FILES), {});
  assertThrows(
    () => explain(loaded, ["filesytems.host"]),
    UsageError,
    'no value "filesytems.host"; did you mean "filesystems.host"?',
  );
  assertThrows(() => explain(loaded, ["imag"]), UsageError, 'did you mean "image"?');
});

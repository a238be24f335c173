import { assertEquals, assertStringIncludes } from "@std/assert";
import { change, look } from "../../../support/file_commands.ts";

const OWN = "/root/.config/lxops/properties.yaml";
const FILES = { [OWN]: "# the pool\nfsroot: tank/a # for now\n\nb: 'x y'\n", "mine.yaml": "c: d\n" };

Deno.test("property list shows the global properties and those of -P", async () => {
  assertEquals((await look("property list", FILES)).stdout, "KEY    VALUE\nb      x y\nfsroot tank/a\n");
  const { stdout } = await look("property -properties mine.yaml list -P e=f -json", FILES);
  assertEquals(JSON.parse(stdout), [{ key: "c", value: "d" }, { key: "e", value: "f" }]);
  assertEquals((await look("property list", {})).stdout, "KEY VALUE\n");
});

Deno.test("property get prints the value, or an empty line and similar names", async () => {
  assertEquals((await look("property get b", FILES)).stdout, "x y\n");
  const { code, stdout, stderr } = await look("property get fsrot", FILES);
  assertEquals([code, stdout, stderr], [
    0,
    "\n",
    'lxops: There is no property "fsrot"; did you mean "fsroot"?\n',
  ]);
});

Deno.test("property file prints which file is changed", async () => {
  assertEquals((await look("property file", {})).stdout, `${OWN}\n`);
  assertEquals((await look("property file -properties mine.yaml", FILES)).stdout, "mine.yaml\n");
});

Deno.test("property set changes one line, and adds a new property", async () => {
  const { code, stdout, stderr, written } = await change("property set fsroot tank/b", FILES);
  assertEquals([code, stdout, stderr], [0, "", ""]);
  assertEquals(written, { [OWN]: "# the pool\nfsroot: tank/b # for now\n\nb: 'x y'\n" });
  assertEquals((await change("property set new yes", FILES)).written, {
    [OWN]: "# the pool\nfsroot: tank/a # for now\n\nb: 'x y'\nnew: 'yes'\n",
  });
  assertEquals((await change("property set a ''", {})).written, { [OWN]: "a: ''\n" });
});

Deno.test("property set writes the file of -properties", async () => {
  const { written } = await change("property -properties mine.yaml set c e", FILES);
  assertEquals(written, { "/c/mine.yaml": "c: e\n" });
});

Deno.test("property set refuses values that could not be used, or could not be stored", async () => {
  for (const line of ["set (a) b", "set '' b", "set -properties= a b"]) {
    assertEquals((await look(`property ${line}`, FILES)).code, 2, line);
  }
  const { code, stderr } = await look("property set a b", { [OWN]: "a: [\n" });
  assertEquals(code, 3);
  assertStringIncludes(stderr, `${OWN}:`);
  const builtin = await change("property set instance b", {});
  assertEquals(builtin.stderr, 'lxops: "instance" is built in; this value will not be used\n');
});

Deno.test("property unset removes a line, and reports a missing one", async () => {
  assertEquals((await change("property unset fsroot", FILES)).written, { [OWN]: "# the pool\n\nb: 'x y'\n" });
  const { code, stderr, written } = await change("property unset fsrot", FILES);
  assertEquals([code, written], [0, {}]);
  assertEquals(stderr, `lxops: ${OWN}: There is no property "fsrot"; did you mean "fsroot"?\n`);
});

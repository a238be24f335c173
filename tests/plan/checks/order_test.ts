import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError } from "../../../lib/base/errors.ts";
import { startWaves } from "../../../lib/plan/checks/order.ts";
import { targetsOf } from "../../support/targets.ts";
import { worldOf } from "../world_spec.ts";

async function wavesOf(files: Readonly<Record<string, string>>): Promise<readonly (readonly string[])[]> {
  const targets = await targetsOf(files);
  const waves = startWaves(targets, worldOf({ instances: [{ name: "there" }] }));
  return waves.map((wave) => wave.map(({ instance }) => instance.name));
}

async function problemsOf(files: Readonly<Record<string, string>>): Promise<string> {
  const targets = await targetsOf(files);
  const error = assertThrows(() => startWaves(targets, worldOf({ instances: [] })), ConfigError);
  return error.issues.map(({ file, line, column, message }) => `${file}:${line! - 1}:${column} ${message}`)
    .join(
      "\n",
    );
}

Deno.test("targets start in waves, each after those that it waits for", async () => {
  assertEquals(
    await wavesOf({
      "web.yaml": "after: [app, cache]\n",
      "app.yaml": "after: {db: {until: healthy}, there: {}}\n",
      "db.yaml": "image: x\n",
      "cache.yaml": "after: {gone: {required: no}}\n",
    }),
    [["db", "cache"], ["app"], ["web"]],
  );
});

Deno.test("targets without dependencies are one wave in their order", async () => {
  assertEquals(await wavesOf({ "b.yaml": "", "a.yaml": "" }), [["b", "a"]]);
  assertEquals(await wavesOf({}), []);
});

Deno.test("a name that is neither a target nor an instance is refused", async () => {
  assertStringIncludes(
    await problemsOf({ "web.yaml": "after: [dv]\n", "db.yaml": "" }),
    'web.yaml:1:9 There is no instance "dv"; did you mean "db"?',
  );
});

Deno.test("targets that wait for each other are refused, at each of them", async () => {
  assertEquals(
    await problemsOf({ "a.yaml": "after: [b]\n", "b.yaml": "after: {c: {}}\n", "c.yaml": "after: [a]\n" }),
    [
      'a.yaml:1:9 Instances wait for each other: "a" waits for "b" waits for "c" waits for "a"',
      'b.yaml:1:9 Instances wait for each other: "a" waits for "b" waits for "c" waits for "a"',
      'c.yaml:1:9 Instances wait for each other: "a" waits for "b" waits for "c" waits for "a"',
    ].join("\n"),
  );
  assertStringIncludes(await problemsOf({ "a.yaml": "after: [a]\n" }), 'Instance "a" waits for itself');
});

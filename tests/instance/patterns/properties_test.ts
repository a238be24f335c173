import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ConfigError, formatIssue, UsageError } from "../../../lib/base/errors.ts";
import {
  builtins,
  configDirectory,
  instanceProperties,
  loadGlobalProperties,
  parseSets,
  substitute,
  UnknownProperty,
  variables,
} from "../../../lib/instance/patterns/properties.ts";

function host(files: Record<string, string>, env: Record<string, string> = { HOME: "/home/me" }) {
  return {
    env: (name: string) => env[name],
    readText: (path: string) => Promise.resolve(files[path]),
    readDir: (path: string) =>
      Promise.resolve(
        Object.keys(files).filter((file) => file.startsWith(`${path}/`)).map((file) =>
          file.slice(path.length + 1)
        ),
      ),
  };
}

const DIR = "/home/me/.config/lxops";

Deno.test("substitute() replaces each name once and does not expand values again", () => {
  const properties = { a: "1", b: "(a)", "x y": "2", "": "3" };
  assertEquals(substitute("(a)/(b)(x y)()", properties), "1/(a)23");
  assertEquals(substitute("((a))", properties), "(1)");
  assertEquals(substitute("no names)(", properties), "no names)(");
});

Deno.test("substitute() names the unknown property and a similar one", () => {
  assertThrows(
    () => substitute("(fsrot)", { fsroot: "a" }),
    UnknownProperty,
    'There is no property "fsrot"; did you mean "fsroot"?',
  );
  assertThrows(
    () => substitute("(x)", { fsroot: "a" }),
    UnknownProperty,
    'There is no property "x"; set it with -P x=VALUE or "property set"',
  );
  assertThrows(() => substitute("(toString)", {}), UnknownProperty, '"toString"');
});

Deno.test("variables() lists names in order", () => {
  assertEquals(variables("(a)-((b))/(c"), ["a", "b"]);
});

Deno.test("configDirectory() follows XDG_CONFIG_HOME where it is absolute", () => {
  assertEquals(configDirectory(host({})), DIR);
  assertEquals(configDirectory(host({}, { XDG_CONFIG_HOME: "/x", HOME: "/h" })), "/x/lxops");
  assertEquals(configDirectory(host({}, { XDG_CONFIG_HOME: "rel", HOME: "/h" })), "/h/.config/lxops");
});

Deno.test("loadGlobalProperties() reads properties.d by name and then properties.yaml, the later winning", async () => {
  const found = await loadGlobalProperties(host({
    [`${DIR}/properties.d/20.yaml`]: "b: 20\nc: 20\n",
    [`${DIR}/properties.d/10.yaml`]: "a: 010\nb: 10\n",
    [`${DIR}/properties.d/30.yml`]: "a: no\n",
    [`${DIR}/properties.yaml`]: "c: yes\nd: ~\n",
  }));
  assertEquals(found.properties, { a: "010", b: "20", c: "yes", d: "" });
  assertEquals(found.file, `${DIR}/properties.yaml`);
  assertEquals(found.files.map((file) => file.slice(DIR.length)), [
    "/properties.d/10.yaml",
    "/properties.d/20.yaml",
    "/properties.yaml",
  ]);
});

Deno.test("loadGlobalProperties() takes a missing or empty file for one without properties", async () => {
  assertEquals((await loadGlobalProperties(host({}))).properties, {});
  assertEquals((await loadGlobalProperties(host({ [`${DIR}/properties.yaml`]: "# none\n" }))).properties, {});
});

Deno.test("loadGlobalProperties() reads the file of -properties instead, or none where it is empty", async () => {
  const files = {
    [`${DIR}/properties.yaml`]: "a: 1\n",
    "/p.yaml": "a: 2\n",
    [`${DIR}/properties.d/x.yaml`]: "b: 3\n",
  };
  assertEquals((await loadGlobalProperties(host(files), { file: "/p.yaml" })).properties, { a: "2", b: "3" });
  assertEquals((await loadGlobalProperties(host(files), { file: "" })).properties, { b: "3" });
});

Deno.test("loadGlobalProperties() reports the errors of each of the files", async () => {
  const broken = { [`${DIR}/properties.d/x.yaml`]: "a: [1]\n", [`${DIR}/properties.yaml`]: "- a\n" };
  const error = await assertRejects(() => loadGlobalProperties(host(broken)), ConfigError);
  assertEquals((error as ConfigError).issues.map(formatIssue), [
    `${DIR}/properties.d/x.yaml:1:1 a: Text is expected here, not a list`,
    `${DIR}/properties.yaml:1:1: A map is expected here, not a list`,
  ]);
});

Deno.test("parseSets() splits at the first equals sign", () => {
  assertEquals(parseSets(["a=b=c", "d=", "a=e"]), { a: "e", d: "" });
  assertThrows(() => parseSets(["a"]), UsageError, '-P takes KEY=VALUE, not "a"');
});

Deno.test("builtins() qualify names by a project other than the default", () => {
  assertEquals(builtins("web", "p"), {
    instance: "web",
    project: "p",
    "project/": "p/",
    project_instance: "p_web",
  });
  const plain = { instance: "web", project: "default", "project/": "", project_instance: "web" };
  assertEquals(builtins("web", ""), plain);
  assertEquals(builtins("web", "default"), plain);
});

Deno.test("instanceProperties() lets -P win over the configuration and the built-in ones over all", () => {
  const globals = { a: "g", b: "g", c: "g", instance: "g" };
  const config = { b: "c", c: "c", project: "c" };
  const sets = { c: "s", project_instance: "s" };
  assertEquals(instanceProperties({ globals, config, sets }, builtins("web", "")), {
    a: "g",
    b: "c",
    c: "s",
    ...builtins("web", ""),
  });
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { formatIssue } from "../../lib/base/errors.ts";
import { checkCurrent, openCurrent } from "../../lib/config/file.ts";
import { ELSEWHERE, ELSEWHERE_IN_ENTRIES, FORMS } from "../../lib/config/foreign_keys.ts";
import { configSchema } from "../../lib/config/schema/schema.ts";

function issuesOf(yaml: string): string {
  const text = `#lxops-v1\n${yaml}\n`;
  return checkCurrent(openCurrent("web.yaml", text), [], {}).issues.map(formatIssue).join("\n");
}

/** Returns YAML with a value at a key of `FORMS`. */
function at(key: string, value: string): string {
  const [top, entry] = key.split(".");
  return entry === undefined ? `${top}: ${value}` : `${top}: {one: ${value}}`;
}

Deno.test("a key of another program says what lxops has in its place", () => {
  for (const [key, advice] of Object.entries(ELSEWHERE)) {
    const found = issuesOf(`${key}: x`);
    assertEquals(found, `web.yaml:2:1 ${key}: warning: Unknown key "${key}" is ignored; ${advice}`);
  }
});

Deno.test("advice about keys names keys that there are", () => {
  for (const advice of Object.values(ELSEWHERE)) {
    for (const [, named] of advice.matchAll(/"([a-z-]+)"/g)) {
      assert(Object.hasOwn(configSchema.shape, named!), `${named} is no key`);
    }
  }
});

Deno.test("a key of another program in a device or a filesystem says which key is meant", () => {
  for (const [top, keys] of Object.entries(ELSEWHERE_IN_ENTRIES)) {
    for (const [key, meant] of Object.entries(keys)) {
      assertStringIncludes(issuesOf(`${top}: {a: {${key}: /x}}`), `did you mean "${meant}"?`);
    }
  }
});

Deno.test("a value of the wrong kind is answered with an example, which is of the right kind", () => {
  for (const [key, form] of Object.entries(FORMS)) {
    const shown = key.endsWith("*") ? "one" : key;
    assertStringIncludes(issuesOf(at(key, "text")), `, for example ${shown}: ${form}`, key);
    assertEquals(issuesOf(at(key, form)), "", key);
  }
});

Deno.test("restart: unless-stopped points at autostart", () => {
  assertStringIncludes(issuesOf("restart: unless-stopped"), "autostart: true");
});

import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import Ajv from "ajv";
import { ConfigError } from "../../../lib/base/errors.ts";
import { migrate } from "../../../lib/config/formats/format.ts";
import { jsonSchema } from "../../../lib/config/schema/json_schema.ts";
import { configSchema } from "../../../lib/config/schema/schema.ts";
import { parseSource } from "../../../lib/config/yaml/source.ts";
import { validate } from "../../../lib/config/schema/validate.ts";
import { corpusFiles } from "../corpus_files.ts";

const accepts = new Ajv.default({ strict: true, allowUnionTypes: true }).compile(
  jsonSchema(configSchema, "lxops", "A configuration"),
);

/** Tells whether lxops accepts the keys and types of a file; `undefined` if it is not YAML. */
function fits(file: string, text: string): boolean | undefined {
  try {
    const source = parseSource(file, migrate(file, text).text);
    if (source.issues.some(({ severity }) => severity === "error")) return undefined;
    return validate(configSchema, { ...source, issues: [] }, { data: source.data ?? {}, strict: true })
      .value !== undefined;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Reads a file as an editor does: the first document, with the types and the merge keys of YAML 1.1. */
function asEditor(text: string): unknown {
  const data = parse(text.split(/^(?:---|\.\.\.)$/m).find((part) => /^[^#\s]/m.test(part)) ?? "", {
    schema: "default",
    allowDuplicateKeys: true,
  });
  return JSON.parse(JSON.stringify(data)); // Dates are text to a schema.
}

Deno.test("the JSON Schema takes every file that fits, and refuses those that do not", async () => {
  let [good, bad] = [0, 0];
  for (const { name, files } of await corpusFiles()) {
    for (const [file, text] of Object.entries(files)) {
      if (!file.endsWith(".yaml") || file.startsWith(".config/") || !text.startsWith("#lxops-v1")) continue;
      const expected = fits(file, text);
      if (expected === undefined || /![!<a-z]/.test(text)) continue;
      const accepted = accepts(asEditor(text));
      assertEquals(accepted, expected, `${name}/${file}: ${JSON.stringify(accepts.errors)}`);
      if (expected) good++;
      else bad++;
    }
  }
  assert(good >= 60 && bad >= 8, `${good} good and ${bad} bad files`);
});

Deno.test("the JSON Schema describes every key", () => {
  const { properties } = jsonSchema(configSchema, "t", "d") as {
    properties: Record<string, { description?: string }>;
  };
  for (const [key, { description }] of Object.entries(properties)) assert(description, key);
});

for (
  const [yaml, expected] of [
    ["filesystems: {a: {pattern: x, destroy: yes}}", true],
    ["filesystems: {a: {pattern: x, destroy: Maybe}}", false],
    ["wait: exec", true],
    ["wait: [exec, ipv4]", true],
    ["wait: [nope]", false],
    ["order: cloud-init", true],
    ["order: none", false],
    ["image: 3.20", true],
    ["image: [a]", false],
    ["x-mine: [a]", true],
    ["mine: [a]", false],
  ] as const
) {
  Deno.test(`the JSON Schema ${expected ? "takes" : "refuses"} ${yaml}`, () => {
    assertEquals(accepts(parse(yaml)), expected);
  });
}

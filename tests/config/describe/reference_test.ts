import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fill } from "../../../lib/base/wrap.ts";
import { fieldsOf, TOPICS } from "../../../lib/config/describe/reference.ts";
import { checkSchema } from "../../../lib/config/schema/check_schema.ts";
import { DEVICE_KINDS } from "../../../lib/config/schema/keys.ts";
import { kindSchema } from "../../../lib/config/schema/device_schemas.ts";
import { directorySchema, filesystemSchema } from "../../../lib/config/schema/entry_schemas.ts";
import { configSchema } from "../../../lib/config/schema/schema.ts";
import {
  afterEntrySchema,
  idmapEntrySchema,
  limitsSchema,
  portSchema,
} from "../../../lib/config/schema/setting_schemas.ts";

Deno.test("fieldsOf() reads kinds and descriptions out of the schemas", () => {
  const kinds = Object.fromEntries(fieldsOf(configSchema).map(({ key, kind }) => [key, kind]));
  assertEquals(kinds, {
    description: "text",
    directory: "true or false or no-devices",
    environment: "map of text",
    ostype: "text",
    image: "Pattern",
    project: "text",
    type: "container or virtual-machine",
    target: "Pattern",
    host: "Pattern",
    origin: "Pattern",
    "device-template": "Pattern",
    "device-origin": "Pattern",
    "source-config": "Path",
    "lxc-options": "list of text",
    profiles: "list of text",
    "profile-pattern": "Pattern",
    "device-owner": "Pattern",
    extract: "true or false",
    filesystems: "map of Filesystem",
    devices: "map of Device",
    properties: "map of text",
    include: "list of Path",
    "cloud-config-files": "list of Path",
    order: "lxops or cloud-init",
    wait: "list of network or ipv4 or ipv6 or exec",
    ids: "keep or warn or refuse",
    checks: "list of Check",
    name: "text",
    ports: "list of text or Port",
    addresses: "map of list of text",
    limits: "map of cpu, memory, disk and processes",
    autostart: "true or false",
    config: "map of text",
    after: "map of Dependency",
    logs: "list of text",
    hooks: "map of hooks by their points",
    secrets: "map of text or Secret",
    keep: "list of text",
    idmap: "list of text or Id mapping",
    restart: "auto or manual",
    rebuild: "auto or manual",
    "keep-old": "true or false",
  });
});

Deno.test("every key of a configuration file is described", () => {
  const schemas = [
    ...[configSchema, filesystemSchema, directorySchema, checkSchema, limitsSchema],
    ...[portSchema(), afterEntrySchema(), idmapEntrySchema(), ...DEVICE_KINDS.map(kindSchema)],
  ];
  for (const schema of schemas) {
    for (const { key, description } of fieldsOf(schema)) {
      assert(description.endsWith("."), `${key}: "${description}"`);
    }
  }
});

Deno.test("every topic is text of at most 100 columns", () => {
  for (const [name, topic] of Object.entries(TOPICS)) {
    const lines = topic().split("\n");
    assert(lines.length > 5, name);
    for (const line of lines) assert(line.length <= 100, `${name}: ${line}`);
  }
});

Deno.test("topics list the keys and formats that there are", () => {
  for (const { key } of fieldsOf(configSchema)) {
    assertStringIncludes(TOPICS.config?.() ?? "", `\n  ${key}  (`);
  }
  assertStringIncludes(TOPICS.filesystem?.() ?? "", "  transient  (true or false)\n");
  assertStringIncludes(TOPICS.formats?.() ?? "", "#lxdops");
});

Deno.test("fill() breaks text between words", () => {
  assertEquals(fill("aa bb cc", "  ", 7), "  aa bb\n  cc");
  assertEquals(fill("a-very-long-word b", "", 5), "a-very-long-word\nb");
});

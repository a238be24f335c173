import { assertEquals } from "@std/assert";
import type { Issue } from "../../../lib/base/errors.ts";
import { compile } from "../../../lib/cloudconfig/compile/compile.ts";
import { fillTemplates } from "../../../lib/cloudconfig/directory/templates.ts";
import { isSecretItem } from "../../../lib/cloudconfig/model/ids.ts";
import { osType } from "../../../lib/cloudconfig/model/ostype.ts";
import { parseCloudConfig } from "../../../lib/cloudconfig/read/schema.ts";

const settings = {
  settings: new Map([["DOMAIN", "example.org"], ["PASSWORD", "hush"]]),
  secretValues: new Set(["hush"]),
};

function fill(text: string, given: typeof settings | undefined = settings) {
  const issues: Issue[] = [];
  const { cloudConfig } = parseCloudConfig("a.cfg", `#cloud-config\nwrite_files:\n${text}`);
  const config = fillTemplates(cloudConfig, given, issues);
  return {
    config,
    contents: config.values.write_files!.map(({ content }) => new TextDecoder().decode(content)),
    issues: issues.map(({ line, message }) => `${line}: ${message}`),
  };
}

Deno.test("templates: only files that say so are filled", () => {
  const { contents, issues } = fill(
    "- {path: /a, content: '${DOMAIN} $DOMAIN $$'}\n- {path: /b, template: true, content: '${DOMAIN} $uri $$'}\n",
  );
  assertEquals(contents, ["${DOMAIN} $DOMAIN $$", "example.org $uri $"]);
  assertEquals(issues, []);
});

Deno.test("templates: content in base64 is filled once it is decoded", () => {
  const encoded = btoa("x ${DOMAIN}");
  assertEquals(fill(`- {path: /a, template: yes, encoding: b64, content: ${encoded}}\n`).contents, [
    "x example.org",
  ]);
});

Deno.test("templates: a file with a secret setting is secret, whatever its mode", () => {
  const { config } = fill(
    "- {path: /a, template: true, content: '${PASSWORD}'}\n- {path: /b, template: true, content: '${DOMAIN}'}\n",
  );
  const items = compile([config], osType("debian")!, { order: "lxops" });
  assertEquals(items.map(isSecretItem), [true, false]);
});

Deno.test("templates: a missing setting is an error with its place, and so is a template without a directory", () => {
  assertEquals(fill("- path: /a\n  template: true\n  content: '${NO}'\n").issues, [
    '5: "NO" has no value: set it in .env or "environment", or write ${NO:-DEFAULT}',
  ]);
  const issues: Issue[] = [];
  const { cloudConfig } = parseCloudConfig(
    "a.cfg",
    "#cloud-config\nwrite_files:\n- {path: /a, template: true}\n",
  );
  fillTemplates(cloudConfig, undefined, issues);
  assertEquals(issues.map(({ message }) => message), [
    "Templates are filled with the settings of a directory, and this configuration is not one of a directory",
  ]);
});

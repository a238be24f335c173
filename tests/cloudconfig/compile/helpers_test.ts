/** The shell functions of a script: each name has one meaning. */
import { assertEquals } from "@std/assert";
import { type HelperName, helperText } from "../../../lib/cloudconfig/shell/helpers.ts";
import { PACKAGE_FUNCTIONS, type PackageManager } from "../../../lib/cloudconfig/shell/packages.ts";

const NAMES: readonly HelperName[] = [
  "append",
  "user",
  "fetch",
  "ids",
  "passwords",
  "rights",
  "sshd",
  "aptSources",
  "later",
  "locale",
  "mounts",
  "system",
  "timezone",
  "trust",
  "keys",
];

Deno.test("no shell function of a script takes the place of another one of the same name", () => {
  for (const manager of Object.keys(PACKAGE_FUNCTIONS) as PackageManager[]) {
    const names = manager === "apt" ? NAMES : NAMES.filter((name) => name !== "aptSources");
    const text = helperText([manager, ...names]);
    const functions = [...text.matchAll(/^(lxops_\w+)\(\)/gm)].map(([, name]) => name!);
    assertEquals(functions.filter((name, at) => functions.indexOf(name) < at), [], manager);
  }
});

import { assert, assertEquals } from "@std/assert";
import { check, openText } from "../../../lib/cloudconfig/read/check.ts";
import { compiler, isCommon, rules } from "../../../lib/cloudconfig/compile/common.ts";
import { compiler as full } from "../../../lib/cloudconfig/compile/compiler.ts";
import { osType, osTypeNames } from "../../../lib/cloudconfig/model/ostype.ts";
import { appliedKeys, rules as fullRules } from "../../../lib/cloudconfig/read/schema.ts";
import { ConfigError } from "../../../lib/base/errors.ts";
import { FILES, USERS } from "../every_key.ts";

const COMMON = appliedKeys.filter((key) => isCommon({ [key]: "" }));

/** Values of common keys, each of them and all at once, and some that are wrong. */
const DATA: readonly Record<string, unknown>[] = [
  {},
  { users: USERS },
  ...FILES.flatMap((file) => {
    const entries = Object.entries(file).filter(([key]) => COMMON.includes(key));
    return [...entries.map(([key, value]) => ({ [key]: value })), Object.fromEntries(entries)];
  }),
  ...COMMON.flatMap((key) => [{ [key]: null }, { [key]: "wrong" }, { [key]: [{ wrong: "wrong" }] }]),
  { users: [{ name: "a", sudo: [], ssh_redirect_user: "true" }], user: { ssh_redirect_user: "true" } },
];

function outcome(text: string, by: typeof rules, makes: typeof compiler) {
  try {
    const { cloudConfig, warnings } = check(openText("a.cfg", text), by);
    const items = osTypeNames().flatMap((name) =>
      (["lxops", "cloud-init"] as const).map((order) => ({
        items: makes.compile([cloudConfig], osType(name)!, { order }).map((item) => ({ ...item })),
        leftOut: makes.leftOut([cloudConfig], osType(name)!),
      }))
    );
    return { values: cloudConfig.values, warnings, items };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues;
  }
}

Deno.test("a file of common keys comes to the same without the other sections as with them", () => {
  assert(COMMON.length > 10, COMMON.join());
  for (const data of DATA) {
    const text = `#cloud-config\n${JSON.stringify(data)}`;
    assertEquals(outcome(text, rules, compiler), outcome(text, fullRules, full), text);
  }
});

Deno.test("the wrong and right values of these files are not all one or the other", () => {
  const outcomes = DATA.map((data) => outcome(`#cloud-config\n${JSON.stringify(data)}`, rules, compiler));
  const wrong = outcomes.filter((one) => Array.isArray(one)).length;
  assert(wrong > 5 && wrong < DATA.length - 15, `${wrong} of ${DATA.length}`);
});

Deno.test("a file with another key, known or not, is not one of common keys", () => {
  for (const key of appliedKeys) {
    if (!COMMON.includes(key)) assert(!isCommon({ runcmd: [], [key]: "" }), key);
  }
  for (const data of [{ runcmds: [] }, { toString: "" }, [], "text", null, undefined]) {
    assert(!isCommon(data), JSON.stringify(data));
  }
});

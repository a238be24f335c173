import { assert, assertEquals } from "@std/assert";
import { compile } from "../../lib/cloudconfig/compile/compile.ts";
import type { Order } from "../../lib/cloudconfig/model/order.ts";
import { osType } from "../../lib/cloudconfig/model/ostype.ts";
import { appliedKeys, parseCloudConfig } from "../../lib/cloudconfig/read/schema.ts";
import { UNSUPPORTED } from "../../lib/cloudconfig/sections/unsupported.ts";
import { ConfigError } from "../../lib/base/errors.ts";
import { BELOW, DASHED, TOP } from "./cloud_init_keys.ts";
import { isTaken } from "../support/sample.ts";
import { FILES, keys, USER, USERS } from "./every_key.ts";

const SYSTEMS = ["debian", "alpine", "fedora", "opensuse"] as const;

/** All that a file comes to, on every kind of system, and what is said of it. */
function outcome(file: unknown): { readonly applied: string; readonly warned: readonly string[] } {
  try {
    const { cloudConfig, warnings } = parseCloudConfig("a.cfg", `#cloud-config\n${JSON.stringify(file)}\n`);
    const applied = SYSTEMS.flatMap((name) =>
      (["lxops", "cloud-init"] as Order[]).map((order) =>
        compile([cloudConfig], osType(name)!, { order }).map(({ script }) => script)
      )
    );
    return {
      applied: JSON.stringify(applied),
      warned: warnings.map(({ key, line }) => line ? key ?? "" : ""),
    };
  } catch (error) {
    if (error instanceof ConfigError) return { applied: "refused", warned: [] };
    throw error;
  }
}

Deno.test("every key of cloud-init's schema is applied, or a warning with its line", () => {
  const counted = new Map<string, boolean>();
  for (const file of FILES) {
    const { applied, warned } = outcome(file);
    assert(applied !== "refused", JSON.stringify(file));
    for (const [at, path, without] of keys(file)) {
      const counts = warned.includes(at) || outcome(without).applied !== applied;
      counted.set(path, counts || (counted.get(path) ?? false));
    }
  }
  const said = (key: string) => outcome({ [key]: "x" }).warned.includes(key);
  const merging = ["merge_how", "merge_type"];
  for (const key of [...TOP, ...Object.keys(UNSUPPORTED)]) {
    if (merging.includes(key)) continue;
    if (appliedKeys.includes(key)) assert(counted.get(key), `${key} is neither applied nor warned about`);
    else assert(said(key), `${key} is passed over in silence`);
  }
  assertEquals([...counted].filter(([, counts]) => !counts).map(([path]) => path), []);
  assertEquals(BELOW.filter((path) => !counted.has(path) && !warnsOf(path)), []);
});

/** Tells whether lxops reports a key that no file above has as unknown. */
function warnsOf(path: string): boolean {
  const parts = path.split("/");
  const file = parts.reduceRight<unknown>((inner, part) => part === "[]" ? [inner] : { [part]: inner }, "x");
  return outcome(file).warned.includes(parts.join(".").replaceAll("[]", "0"));
}

Deno.test("spellings with dashes are the same keys", () => {
  for (const path of DASHED) {
    const [section = "", key = ""] = [path.split("/")[0], path.split("/").at(-1)];
    const plain = key.replaceAll("-", "_");
    const values: Record<string, unknown> = { ...USERS[0], ...USERS[1], ...USER, remove_defaults: "true" };
    const inside = (name: string) =>
      section.startsWith("ca") ? { [name]: "true" } : { name: "ann", [name]: values[plain] };
    const file = (name: string) => ({ [section]: section === "users" ? [inside(name)] : inside(name) });
    assert(values[plain] !== undefined, path);
    const [dashed, underscored] = [outcome(file(key)), outcome(file(plain))];
    assertEquals(
      [dashed.applied, dashed.warned.length],
      [underscored.applied, underscored.warned.length],
      path,
    );
    assert(underscored.applied !== outcome(file("x-none")).applied || underscored.warned.length > 0, path);
  }
});

Deno.test("any value at any key is taken or refused, and ends nothing", () => {
  const others: readonly unknown[] = [
    null,
    "",
    "x",
    "-1",
    "1e999",
    "constructor",
    "__proto__",
    "\u0000",
    [],
    [null],
    [[]],
    {},
    {
      constructor: null,
    },
    [{ toString: ["x"] }],
  ];
  const refused = new Set<string>();
  let count = 0;
  for (const file of FILES) {
    for (const other of others) {
      for (const [at, , changed] of keys(file, other)) {
        // A run takes one in four.
        if (!isTaken(count++, 4)) continue;
        // What is thrown and is no ConfigError ends the test.
        if (outcome(changed).applied === "refused") refused.add(at);
      }
    }
  }
  assert(count > 3000, `${count}`);
  assert(refused.size > 50, `${refused.size}`);
});

/** Words and characters that mean something to a shell. */
const SYNTAX = [
  "'",
  '"',
  "`",
  "$(",
  "${x",
  ")",
  "}",
  "\\",
  "a\nEND\nb",
  ";;",
  "esac",
  "fi",
  "#",
  "!",
  "=x",
  "&",
];

/** The script of every item that the files come to when one value of them is changed. */
function scriptsOf(others: readonly unknown[]): ReadonlySet<string> {
  const scripts = new Set<string>();
  const changed = others.flatMap((other) => FILES.flatMap((file) => [...keys(file, other)]));
  for (const [, , file] of changed) {
    const config = read(file);
    if (!config) continue;
    for (const name of SYSTEMS) {
      for (const order of ["lxops", "cloud-init"] as const) {
        for (const { script } of compile([config], osType(name)!, { order })) scripts.add(script);
      }
    }
  }
  return scripts;
}

/** A file as lxops reads it; `undefined` where it is refused. */
function read(file: unknown) {
  try {
    return parseCloudConfig("a.cfg", `#cloud-config\n${JSON.stringify(file)}\n`).cloudConfig;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

Deno.test("whatever a value is, shells can read the script", async () => {
  // A run takes every second text.
  const scripts = scriptsOf(SYNTAX.flatMap((text) => [text, [text]]).filter((_, index) => isTaken(index, 2)));
  assert(scripts.size > 400, `${scripts.size}`);
  const text = [...scripts].map((script, index) => `f${index}() {\n${script}\n}\n`).join("");
  const file = await Deno.makeTempFile({ prefix: "lxops-scripts-" });
  try {
    await Deno.writeTextFile(file, text);
    for (const shell of ["/bin/sh", "/bin/dash", "/bin/bash", "/bin/busybox"]) {
      if (!await Deno.stat(shell).then(() => true, () => false)) continue;
      const args = [...(shell.endsWith("busybox") ? ["sh"] : []), "-n", file];
      const { code, stderr } = await new Deno.Command(shell, { args }).output();
      assertEquals([code, new TextDecoder().decode(stderr)], [0, ""], shell);
    }
  } finally {
    await Deno.remove(file);
  }
});

/** The quick reader of definitions accepts nothing that the schema refuses, and what lxops writes. */
import { assert, assertEquals } from "@std/assert";
import { quickSpec } from "../../../lib/plan/pool/definition.ts";
import { type PoolSpec, specOf, specText } from "../../../lib/plan/pool/spec.ts";
import { SPEC } from "../../support/pool_commands.ts";

const REF = { project: "default", pool: "p" };

function profileOf(text: string) {
  return { name: "lxops-pool-p", config: { "user.lxops.pool.spec": text } };
}

/** Reads a definition by its schema; `undefined` where that refuses it. */
function bySchema(text: string): PoolSpec | undefined {
  try {
    return specOf(profileOf(text), "default");
  } catch {
    return undefined;
  }
}

Deno.test("quickSpec() reads the definitions that lxops writes for pools whose instances are taken", () => {
  const all: readonly Partial<PoolSpec>[] = [
    {},
    { size: 4, max: 8, ready: "frozen", reset: "snapshot", enabled: false, hostKeys: "image" },
    {
      image: "images:debian/13",
      profiles: ["default", "ci"],
      until: ["exec", "network"],
      resolves: "deb.debian.org",
    },
    { config: { "limits.memory": "1GiB" }, devices: { srv: { type: "none" } }, type: "virtual-machine" },
  ];
  for (const one of all) {
    const spec = { ...SPEC, ...one };
    const text = specText(spec);
    assertEquals(quickSpec(profileOf(text), REF), spec);
    // Both readers put the settings into the same order.
    assertEquals(specText(quickSpec(profileOf(text), REF)!), specText(bySchema(text)!));
  }
});

Deno.test("quickSpec() accepts nothing that the schema refuses or reads in another way", () => {
  const odd: readonly unknown[] = [
    ...[
      null,
      true,
      1,
      -1,
      1.5,
      1e9,
      "",
      "x",
      "self",
      "lxops",
      "a\u0000b",
      "-x",
      "\u202ex",
      [],
      ["x"],
      [""],
      {},
    ],
    ...[{ a: 1 }, { "user.lxops.a": "b" }, { "volatile.a": "b" }, { a: { type: "disk" } }, { a: { b: 1 } }],
  ];
  const whole: Readonly<Record<string, unknown>> = {
    ...SPEC,
    resolves: "a.b",
    more: "x",
    copies: ["/a"],
    program: ["b"],
  };
  let accepted = 0;
  for (const key of Object.keys(whole)) {
    const without = Object.fromEntries(Object.entries(SPEC).filter(([name]) => name !== key));
    for (
      const text of [
        JSON.stringify(without),
        ...odd.map((value) => JSON.stringify({ ...SPEC, [key]: value })),
      ]
    ) {
      const quick = quickSpec(profileOf(text), REF);
      if (!quick) continue;
      accepted++;
      assertEquals(quick, bySchema(text), text);
    }
  }
  assert(accepted > 10, `only ${accepted} were accepted`);
  for (const text of ["", "{", "null", "[]", "1", '{"__proto__":{}}']) {
    assertEquals(quickSpec(profileOf(text), REF), undefined);
  }
  const own = profileOf(specText(SPEC));
  for (const ref of [{ project: "other", pool: "p" }, { project: "default", pool: "q" }]) {
    assertEquals(quickSpec(own, ref), undefined);
  }
});

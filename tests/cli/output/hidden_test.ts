import { assertEquals } from "@std/assert";
import { stringify } from "@std/yaml";
import { quote } from "../../../lib/base/shell.ts";
import { Hidden } from "../../../lib/cli/output/hidden.ts";

function hiding(...values: readonly string[]): Hidden {
  const hidden = new Hidden();
  hidden.add(values);
  return hidden;
}

Deno.test("hidden: nothing changes until there is a value", () => {
  assertEquals(new Hidden().mask("a b"), "a b");
  assertEquals(hiding().mask("a b"), "a b");
});

/** Values with every character that a form of them may write differently. */
const VALUES = [
  "plain-value",
  'it\'s "quoted" \\ back',
  "a+b*c?d.e(f)[g]{h}|i^j$k/l-m",
  "with\ttab and \u00e9\u4e16",
  "two\nlines of it",
  "${NAME} $$ `x`",
  "%s %d",
];

for (const value of VALUES) {
  Deno.test(`hidden: ${JSON.stringify(value)} is hidden in text, JSON, YAML and shell words`, () => {
    const { mask } = hiding(value);
    const forms = [
      value,
      JSON.stringify({ a: value }),
      quote(value),
      quote(JSON.stringify({ a: value })),
      ...value.includes("\n") ? [] : [stringify({ a: value }, { lineWidth: -1 })],
    ];
    for (const text of forms) {
      const shown = mask(`before ${text} after`);
      for (const line of value.split("\n")) {
        assertEquals(shown.includes(line), false, `${text} gave ${shown}`);
      }
      assertEquals(shown.includes("***"), true, shown);
    }
  });
}

Deno.test("hidden: a short value is hidden where it stands alone, and the shortest and common words stay", () => {
  const { mask } = hiding("8080", "ab", "true", "x");
  assertEquals(mask("port 8080, 18080, pin=8080. ab true x"), "port ***, 18080, pin=***. ab true x");
});

Deno.test("hidden: a short value that is a part of a path, a name or a version is shown, and a long one is not", () => {
  const { mask } = hiding("/bin", "web", "1.2", "/srv/data");
  const paths = "/bin/sh /usr/bin a/bin web-1 web_x my-web 1.2.3 v1.2 web.sock 10.1.2";
  assertEquals(
    mask(`${paths} /srv/data/x web, 1.2: "/bin" u:web@h`),
    `${paths} ***/x ***, ***: "***" u:***@h`,
  );
});

Deno.test("hidden: the longer of two values is hidden as a whole", () => {
  assertEquals(hiding("secret-12", "secret-1234").mask("secret-1234 secret-12"), "*** ***");
});

Deno.test("hidden: the name of an instance is shown, whatever value is the same", () => {
  const hidden = hiding("web", "secret-value");
  hidden.show(["web"]);
  assertEquals(hidden.mask("web: secret-value"), "web: ***");
  hidden.add(["other-value"]);
  assertEquals(hidden.mask("web: other-value"), "web: ***");
});

Deno.test("hidden: each line of a value with lines is hidden", () => {
  assertEquals(hiding("first line\n\nsecond line\n").mask("x second line y"), "x *** y");
});

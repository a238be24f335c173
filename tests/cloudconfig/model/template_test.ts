/** Templates in files are rendered as cloud-init renders them, or refused; none is written unrendered. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  laterValues,
  renderTemplate,
  TemplateError,
  templateProblem,
  templateWord,
} from "../../../lib/cloudconfig/model/template.ts";
import { ConfigError } from "../../../lib/base/errors.ts";
import { itemsOf } from "../items.ts";

const VALUES = { servers: ["s1", "s2"], pools: ["p1"], peers: [], allow: ["10.0.0.0/8"] };

/** Templates without their first line, and what Jinja 3.1 with `trim_blocks` makes of them. */
const RENDERED: readonly (readonly [template: string, text: string])[] = [
  ["plain\n", "plain\n"],
  ["no line end", "no line end"],
  ["{% for p in pools %}pool {{ p }}\n{% endfor %}\n", "pool p1\n\n"],
  [
    "{% for s in servers -%}\n  server {{ s }} iburst\n{% endfor -%}\n\n\nend\n",
    "server s1 iburst\nserver s2 iburst\nend\n",
  ],
  ["{% if pools %}# pools\n{% endif %}\n{% if peers %}# peers\n{% endif %}\nx\n", "# pools\nx\n"],
  ["{% if peers -%}a{% elif allow %}b{% else %}c{% endif +%}\nd\n", "b\nd\n"],
  ["NTP={% for h in servers|list + pools|list %}{{ h }} {% endfor -%}\n\n", "NTP=s1 s2 p1 \n"],
  ["{% for p in peers %}x{% else %}none{% endfor %}\n", "none\n"],
  [
    "{# left\nout #}\n{{ servers | join(', ') }} {{ servers|length }} {{ pools[0] | upper }}\n",
    "s1, s2 2 P1\n",
  ],
  [
    "{% for s in servers %}{{ loop.index }}{{ s }}{% if not loop.last %},{% endif %}{% endfor %}\n",
    "1s1,2s2\n",
  ],
  ["{% raw %}{{ x }}{% endraw %} {{ '%}' ~ \"}}\" }}\n", "{{ x }} %}}}\n"],
  ["{% for x in ['a', 'b'] + ('c', 'd') %}{{ x }}{% endfor %}{{ (1 + 2) }}\n", "abcd3\n"],
  ["a\r\n{% if 's1' in servers and not peers %}\r\nb\r\n{% endif %}\r\nc\r\n", "a\nb\nc\n"],
  [
    "{{ other | default('d') }}{{ 'x' if peers else 'y' }}{{ pools == ['p1'] if false else 1 + 2 }}\n"
      .replace(" == ['p1']", ""),
    "dy3\n",
  ],
];

for (const [template, text] of RENDERED) {
  Deno.test(`Jinja renders ${JSON.stringify(template)} as expected`, () => {
    for (const header of ["## template: jinja\n", "## template:jinja\n", "##Template:Jinja\n"]) {
      assertEquals(renderTemplate(header + template, VALUES), text);
    }
  });
}

const REFUSED: readonly (readonly [template: string, why: string])[] = [
  [
    "a\n{{ nothing }}\n",
    'on line 2 of the template: "nothing" is unknown; known names are servers, pools, peers, allow',
  ],
  [
    "{% set x = 1 %}\n",
    'on line 1 of the template: the statement "set" is not supported: use "for" or "if"',
  ],
  ["{% for x in pools %}{{ x }}\n", '"for" is not ended'],
  ["{% if pools\n", '"{%" on line 1 of the template is not closed'],
  ["{{ pools }}\n", "a list cannot be written directly"],
  ["{{ pools | shuffle }}\n", 'the filter "shuffle" is not supported'],
  ["{{ pools pools }}\n", '"pools" is not supported here'],
  ["{% for a, b in pools %}{% endfor %}\n", "is not a valid loop: use"],
];

for (const [template, why] of REFUSED) {
  Deno.test(`${JSON.stringify(template)} is refused`, () => {
    assertStringIncludes(templateProblem(`## template: jinja\n${template}`, VALUES) ?? "", why);
  });
}

Deno.test("a template of loops that becomes too long is refused", () => {
  const loops = "{% for x in servers %}".repeat(40);
  const template = `## template: jinja\n${loops}x${"{% endfor %}".repeat(40)}`;
  assertThrows(() => renderTemplate(template, VALUES), TemplateError, "too long");
});

Deno.test("a template without a line about its language has only names after dollar signs", () => {
  const values = { A: "one", b: "two" };
  assertEquals(renderTemplate("$A ${b} $(id) 5$\n", values), "one two $(id) 5$\n");
  assertEquals(renderTemplate("## template: basic\n$A\n", values), "one\n");
  assertStringIncludes(
    templateProblem("$other\n", values) ?? "",
    '"$other" is unknown; known names are $A, $b',
  );
  assertStringIncludes(
    templateProblem("{{ A }}\n", values) ?? "",
    'need the first line "## template: jinja"',
  );
  assertStringIncludes(
    templateProblem("## template: mako\n", values) ?? "",
    '"mako" is not a template language',
  );
});

Deno.test("a value of the instance becomes a shell variable and cannot be evaluated", () => {
  const values = laterValues({ RELEASE: "release" });
  assertEquals(templateWord(renderTemplate("it's $RELEASE `x`", values)), `'it'\\''s '"$release"' \`x\`'`);
  const jinja = "## template: jinja\n{% if RELEASE %}{{ RELEASE }}-x{% endif %}";
  assertEquals(templateWord(renderTemplate(jinja, values)), `"$release"'-x'`.replace("'-x'", "-x"));
  const looked = "## template: jinja\n{% if RELEASE == 'trixie' %}x{% endif %}";
  assertStringIncludes(templateProblem(looked, values) ?? "", "known only in the instance");
});

const OWN = `ntp:
  ntp_client: own
  pools: [p1]
  config:
    confpath: /etc/own.conf
    check_exe: sh
    packages: [own]
    service_name: own
    template: |
      ## template:jinja
      {% for p in pools %}pool {{ p }}
      {% endfor %}
`;

Deno.test("a time client of the file's own gets its servers where its template has them", () => {
  const [item, ...others] = itemsOf(OWN);
  assertEquals(others, []);
  assertEquals(item?.title, "Set the time servers for own (test.cfg)");
  assertStringIncludes(item?.script ?? "", "printf %s 'pool p1\n\n'");
  assertStringIncludes(item?.script ?? "", "lxops_write /etc/own.conf 0644 root:root");
  // Servers that are usual stand in for those that a file does not have.
  const [usual] = itemsOf(OWN.replace("pools: [p1]", "peers: []"), "alpine");
  assertStringIncludes(usual?.script ?? "", "pool 0.pool.ntp.org\npool 1.pool.ntp.org\n");
});

Deno.test("a time client that cannot be set up is refused", () => {
  const without = (key: string) => OWN.split("\n").filter((line) => !line.includes(key)).join("\n");
  const why = '"own" is not a known client; ntp.config must have its settings: service_name';
  assertThrows(() => itemsOf(without("service_name")), ConfigError, why);
  const wrong = OWN.replace("in pools", "in poles");
  assertThrows(
    () => itemsOf(wrong),
    ConfigError,
    "test.cfg:10:5 ntp.config.template: This cannot be rendered: on line 1",
  );
  assertThrows(() => itemsOf(OWN.replace("## template:jinja", "# own")), ConfigError, "cannot be rendered");
});

Deno.test("sources of apt are rendered, or refused", () => {
  const source = (text: string) =>
    itemsOf(`apt:\n  sources:\n    a.list:\n      source: ${text}\n`)[0]?.script ?? "";
  assertStringIncludes(source("deb http://x $RELEASE main"), `'deb http://x '"$release"' main'`);
  assertStringIncludes(
    source('"## template: jinja\\ndeb {{ mirror }} {{ RELEASE }} main"'),
    `'deb '"$mirror"' '"$release"' main'`,
  );
  assertStringIncludes(
    source("|\n        deb http://a $RELEASE x\n        deb http://b $RELEASE y\n"),
    `' x\ndeb http://b '"$release"' y\n'`,
  );
  assertThrows(
    () => source("deb $MIROR $RELEASE main"),
    ConfigError,
    '"$MIROR" is unknown; known names are $RELEASE',
  );
  assertThrows(
    () => source("deb [signed-by=$KEY_FILE] http://x y z"),
    ConfigError,
    '"$KEY_FILE" is unknown',
  );
  assertThrows(() => source("deb {{mirror}} x y"), ConfigError, "cannot be rendered");
  assertThrows(
    () => itemsOf("apt: {sources_list: '## template: jinja\n\n  {{ nothing }}'}"),
    ConfigError,
    "cannot be rendered",
  );
});

Deno.test("a final message may be in Jinja", () => {
  const script = (message: string) => itemsOf(`final_message: ${JSON.stringify(message)}\n`)[0]?.script ?? "";
  assertStringIncludes(
    script("## template: jinja\nup {{ uptime }} {{ VERSION }}\n"),
    `'up '"$uptime"' '"$version" |`,
  );
  assertStringIncludes(script("up $UPTIME for $5"), `'up '"$uptime"' for $5' |`);
  assertThrows(() => script("## template: jinja\n{{ v1.region }}"), ConfigError, '"v1" is unknown');
});

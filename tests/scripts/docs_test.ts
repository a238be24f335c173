import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { configSchema } from "../../lib/config/schema/schema.ts";
import { fieldsOf } from "../../lib/config/describe/reference.ts";
import { referencePage } from "../../scripts/docs/html.ts";
import { escaped } from "../../scripts/docs/markup.ts";
import { ALL_RESULTS } from "../../lib/cli/results/mod.ts";
import { documentation } from "../../scripts/docs/pages.ts";
import { partsOf } from "../../scripts/docs/text.ts";
import { manPages } from "../../scripts/package/man.ts";

const pages = await documentation();
const release = { version: "1.2.3", time: 1_700_000_000 };
const page = referencePage(pages, release);
const manuals = manPages(pages, release);

Deno.test("the reference page has every command with all its flags, every topic, every key, and the schema", () => {
  for (const { words, summary, flags, own } of pages.commands) {
    const [article = ""] = page.match(new RegExp(`<article id="${words.join("-")}">.*?</article>`, "s")) ??
      [];
    assertStringIncludes(article, escaped(summary), words.join(" "));
    if (own) assertStringIncludes(article, escaped(own.example));
    for (const form of flags.flatMap(({ forms }) => forms)) {
      assertStringIncludes(article, `<code>${escaped(form)}</code>`);
    }
  }
  for (const { name } of pages.topics) assertStringIncludes(page, `<article id="topic-${name}">`);
  for (const { key } of fieldsOf(configSchema)) assertStringIncludes(page, `id="key-config-${key}"`);
  assertStringIncludes(page, escaped('"$schema"'));
  for (const { name, version } of ALL_RESULTS) {
    assertStringIncludes(page, `<article id="json-${name}">`);
    assertStringIncludes(page, `urn:lxops:${name}:${version}&quot;`);
  }
});

Deno.test("every link of the reference page leads to something in it, and nothing is loaded from elsewhere", () => {
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
  assertEquals(ids.length, new Set(ids).size, "an id is there twice");
  const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!);
  assert(links.length > 100);
  assertEquals(links.filter((link) => !ids.includes(link.slice(1)) || !link.startsWith("#")), []);
  assert(!/ src=|@import|url\(/.test(page.replace(/<(pre|p|dd|code)\b.*?<\/\1>/gs, "")));
});

Deno.test("partsOf() reads paragraphs, lines that keep their form, and keys", () => {
  const text = "One\nparagraph.\n\n  a  b\n\n  key  (list of text)\n    What it\n    is.\n    Example: x\n";
  assertEquals(partsOf(text), [
    { kind: "paragraph", text: "One paragraph." },
    { kind: "lines", text: "  a  b" },
    {
      kind: "key",
      key: "key",
      type: "list of text",
      description: [{ kind: "paragraph", text: "What it is." }, { kind: "lines", text: "Example: x" }],
    },
  ]);
});

Deno.test("there is a man page of every command in section 1, and of every topic in section 7", () => {
  const expected = [
    ...pages.commands.map(({ words }) => `${words.join("-")}.1`),
    ...pages.topics.map(({ name }) => `lxops-${name}.7`),
  ];
  assertEquals([...manuals.keys()].toSorted(), expected.toSorted());
  for (const [name, text] of manuals) {
    assertMatch(text, /^\.TH [A-Z\\-]+ [17] 2023-11-14 "lxops 1\.2\.3" "lxops manual"\n\.SH NAME\n/, name);
    assertMatch(text, /^[\x20-\x7e\n]+$/, name);
  }
});

Deno.test("groff finds nothing wrong with the man pages", async () => {
  try {
    const child = new Deno.Command("groff", {
      args: ["-man", "-ww", "-z", "-Tutf8"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const [{ code, stderr }] = await Promise.all([
      child.output(),
      new Blob([...manuals.values()]).stream().pipeTo(child.stdin),
    ]);
    assertEquals({ code, stderr: new TextDecoder().decode(stderr) }, { code: 0, stderr: "" });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("There is no groff here, so the man pages were not formatted");
  }
});

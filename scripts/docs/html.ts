/**
 * The reference page: one HTML file that needs nothing else, with commands, keys, topics and the schema.
 *
 * @module
 */
import { jsonSchema } from "../../lib/config/schema/json_schema.ts";
import { configSchema } from "../../lib/config/schema/schema.ts";
import type { FlagLine } from "../../lib/cli/command/flag_lines.ts";
import type { CommandPage, Documentation, TopicPage } from "./pages.ts";
import { SCRIPT, STYLE } from "./assets.ts";
import { jsonArticles } from "./results.ts";
import { escaped, idOf, textHtml } from "./markup.ts";
import { partsOf } from "./text.ts";

/** The release that the page is of. */
export interface PageRelease {
  readonly version: string;
}

/** Renders the page. */
export function referencePage({ commands, topics }: Documentation, { version }: PageRelease): string {
  const schema = jsonSchema(configSchema, "lxops configuration", "A configuration file of lxops");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>lxops ${escaped(version)} reference</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<a class="top" href="#top">lxops <small>${escaped(version)}</small></a>
<input id="search" type="search" placeholder="Search ( / )" aria-label="Search" autocomplete="off">
<button id="theme" type="button" aria-label="Dark or light">&#9681;</button>
</header>
<main id="top">
<p id="found" role="status" hidden></p>
<nav>
${contents(commands, topics)}
</nav>
<h1>Commands</h1>
${commands.map(commandArticle).join("\n")}
<h1>Configuration and topics</h1>
${topics.filter(({ name }) => name !== "json").map(topicArticles).join("\n")}
<h1>JSON</h1>
${jsonArticles(commands)}
<article id="schema"><h2>JSON Schema of configurations</h2>
<p><code>lxops config schema</code> prints it, for editors.</p>
<details><summary>Show it</summary><pre>${escaped(JSON.stringify(schema, null, 1))}</pre></details></article>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function contents(commands: readonly CommandPage[], topics: readonly TopicPage[]): string {
  const rows = commands.filter(({ words }) => words.length === 2);
  const link = (id: string, name: string, summary: string) =>
    `<li><a href="#${id}">${escaped(name)}</a> <span>${escaped(summary)}</span></li>`;
  return `<details open><summary>Commands</summary><ul>
${rows.map(({ words, summary }) => link(idOf(words), words.slice(1).join(" "), summary)).join("\n")}
</ul></details>
<details open><summary>Topics</summary><ul>
${topics.map(({ name, title }) => link(`topic-${name}`, name, title === name ? "" : title)).join("\n")}
</ul></details>`;
}

function commandArticle({ words, summary, own, flags, commands }: CommandPage): string {
  const usage = own?.operands.usage ?? "";
  const synopsis = [
    ...(own ? [`${words.join(" ")}${flags.length > 0 ? " [FLAGS]" : ""}${usage ? ` ${usage}` : ""}`] : []),
    ...(commands.length > 0 ? [`${words.join(" ")} COMMAND ...`] : []),
  ];
  return `<article id="${idOf(words)}"><h2>${escaped(words.join(" "))}</h2>
<p>${escaped(summary)}.</p>
<pre class="usage">${escaped(synopsis.join("\n"))}</pre>
${own?.details ? textHtml(partsOf(own.details), "") : ""}
${
    commands.length > 0
      ? definitions(
        commands.map((
          one,
        ) => [`<a href="#${idOf(one.words)}">${escaped(one.words.join(" "))}</a>`, one.summary]),
      )
      : ""
  }
${flags.length > 0 ? `<h3>Flags</h3>${definitions(flags.map((flag) => [formsHtml(flag), flag.help]))}` : ""}
${
    own
      ? `<h3>Example</h3><pre>${escaped(own.example)}</pre><p class="hood"><b>Under the hood:</b> ${
        escaped(own.underTheHood)
      }</p>`
      : ""
  }
${
    own?.exits
      ? `<p><b>Exit codes:</b> ${escaped(own.exits)}; see <a href="#topic-exit-codes">exit codes</a></p>`
      : ""
  }</article>`;
}

function formsHtml({ forms }: FlagLine): string {
  return forms.map((form) => `<code>${escaped(form)}</code>`).join(", ");
}

function definitions(rows: readonly (readonly [html: string, text: string])[]): string {
  return `<dl>${rows.map(([html, text]) => `<dt>${html}</dt><dd>${escaped(text)}</dd>`).join("\n")}</dl>`;
}

/** Renders a topic as an article, followed by an article for each key that it describes. */
function topicArticles({ name, title, text }: TopicPage): string {
  const parts = partsOf(text);
  const keys = parts.flatMap((part) => part.kind === "key" ? [part] : []);
  const seen = new Map<string, number>();
  const articles = keys.map(({ key, type, description }) => {
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    const id = `key-${name}-${key.replaceAll(/[^\w.-]/g, "_")}${count > 1 ? `-${count}` : ""}`;
    return `<article class="key" id="${id}"><h3><code>${escaped(key)}</code> <small>${escaped(type)} in ${
      escaped(name)
    }</small></h3>
${textHtml(description, "")}</article>`;
  });
  const shown = title === name ? `help ${name}` : title;
  return `<article id="topic-${name}"><h2>${escaped(shown)}</h2>
${textHtml(parts.filter(({ kind }) => kind !== "key"), title === name ? "" : title)}</article>
${articles.join("\n")}`;
}

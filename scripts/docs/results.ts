/**
 * The entries of the reference page about results for programs.
 *
 * @module
 */
import { ALL_RESULTS } from "../../lib/cli/results/mod.ts";
import { INTRODUCTION, jsonSchemaOf } from "../../lib/cli/results/schema.ts";
import type { ResultShape, Shape, Shapes } from "../../lib/cli/results/shape.ts";
import { escaped, idOf, textHtml } from "./markup.ts";
import type { CommandPage } from "./pages.ts";
import { partsOf } from "./text.ts";

/** Renders the topic about JSON, and an entry for each result. */
export function jsonArticles(commands: readonly CommandPage[]): string {
  const known = new Set(commands.map(({ words }) => idOf(words)));
  const [title = ""] = INTRODUCTION.split("\n");
  return `<article id="topic-json"><h2>${escaped(title)}</h2>
${textHtml(partsOf(INTRODUCTION), title)}</article>
${ALL_RESULTS.map((one) => resultArticle(one, known)).join("\n")}`;
}

function resultArticle(result: ResultShape, known: ReadonlySet<string>): string {
  const { name, version, commands, shape } = result;
  const links = commands.map((command) => {
    const id = idOf(["lxops", ...command.split(" ").filter((word) => !word.startsWith("-"))]);
    return known.has(id) ? `<a href="#${id}">lxops ${escaped(command)}</a>` : escaped(command);
  });
  const about = shape.about === "" ? "" : `<p>${escaped(shape.about)}.</p>\n`;
  return `<article id="json-${name}"><h2>${escaped(name)} <small>version ${version}</small></h2>
<p>${links.join(", ")}</p>
${about}${valueHtml(shape)}
<details><summary>JSON Schema</summary><pre>${
    escaped(JSON.stringify(jsonSchemaOf(result), null, 1))
  }</pre></details></article>`;
}

/** Renders what a value consists of; nothing where it is a text or a number. */
function valueHtml(shape: Shape): string {
  switch (shape.kind) {
    case "object":
      return keysHtml(shape.keys);
    case "list":
    case "map":
      return valueHtml(shape.of);
    default:
      return "";
  }
}

function keysHtml(keys: Shapes): string {
  const rows = Object.entries(keys).map(([key, shape]) =>
    `<dt><code>${escaped(key)}</code> <small>${escaped(typeText(shape))}</small></dt><dd>${
      escaped(aboutText(shape))
    }${valueHtml(shape)}</dd>`
  );
  return `<dl>${rows.join("\n")}</dl>`;
}

function typeText(shape: Shape): string {
  const type = shape.kind === "list"
    ? shape.of.kind === "object" ? "list of objects" : `list of ${shape.of.kind}`
    : shape.kind === "map"
    ? "object with any keys"
    : shape.kind;
  return `${type}${shape.orNull ? " or null" : ""}${shape.optional ? ", may be absent" : ""}`;
}

function aboutText(shape: Shape): string {
  const words = "words" in shape && shape.words ? shape.words.filter((word) => word !== "").join(", ") : "";
  return [shape.about, words].filter((part) => part !== "").join(": ");
}

/**
 * Parts of the reference page that several kinds of entries have.
 *
 * @module
 */
import type { TextPart } from "./text.ts";

/** Renders parts of a text, except its title. */
export function textHtml(parts: readonly TextPart[], title: string): string {
  return parts.flatMap((part) => {
    if (part.kind === "key") return [];
    if (part.text === title) return [];
    return [part.kind === "lines" ? `<pre>${escaped(part.text)}</pre>` : `<p>${escaped(part.text)}</p>`];
  }).join("\n");
}

/** Returns the id of the entry of a command. */
export function idOf(words: readonly string[]): string {
  return words.join("-");
}

/** Escapes text for HTML, also within quotes. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}

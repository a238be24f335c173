/**
 * Splits Jinja templates into parts and removes white space between them as Jinja does. cloud-init uses
 * `trim_blocks`: the line end after a statement belongs to the statement.
 *
 * @module
 */

/** A part of a template. */
export interface Part {
  readonly kind: "text" | "statement" | "expression";
  readonly text: string;
  /** The line in the template, from 1. */
  readonly line: number;
}

/** A sentence about a part of a template that cannot be rendered. */
export class TemplateError extends Error {}

const OPENINGS = /\{([%{#])([-+])?/g;
const CLOSINGS = { "%": /([-+])?%\}/g, "{": /(-)?\}\}/g, "#": /([-+])?#\}/g } as const;

/** Finds the sign that closes a statement or expression, outside of quoted text. */
function closing(text: string, from: number, kind: keyof typeof CLOSINGS): RegExpExecArray | undefined {
  const pattern = CLOSINGS[kind];
  const quoted = /'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"/g;
  for (let at = from;;) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found || kind === "#") return found ?? undefined;
    quoted.lastIndex = at;
    const quote = quoted.exec(text);
    if (!quote || quote.index > found.index) return found;
    at = quote.index + quote[0].length;
  }
}

/** Splits a template into parts. A line end at the end of the template is left out. */
export function partsOf(template: string): readonly Part[] {
  const text = template.replaceAll(/\r\n?/g, "\n").replace(/\n$/, "");
  const parts: Part[] = [];
  let [line, start, trims, raw] = [1, 0, false, false];
  const add = (kind: Part["kind"], content: string, until: number) => {
    if (content !== "") parts.push({ kind, text: content, line });
    line += text.slice(start, until).split("\n").length - 1;
    start = until;
  };
  const addText = (end: number, trimEnd: boolean) => {
    let content = text.slice(start, end);
    if (trims) content = content.trimStart();
    if (trimEnd) content = content.trimEnd();
    add("text", content, end);
  };
  OPENINGS.lastIndex = 0;
  for (let open = OPENINGS.exec(text); open; open = OPENINGS.exec(text)) {
    const kind = open[1] as keyof typeof CLOSINGS;
    const inside = open.index + open[0].length;
    const close = closing(text, inside, kind);
    const content = close && text.slice(inside, close.index).trim();
    if (raw && !(kind === "%" && content === "endraw")) {
      OPENINGS.lastIndex = open.index + 1;
      continue;
    }
    if (!close || content === undefined) {
      throw new TemplateError(
        `"${open[0]}" on line ${lineAt(text, open.index)} of the template is not closed`,
      );
    }
    addText(open.index, open[2] === "-");
    let end = close.index + close[0].length;
    // `+` keeps the line end after the statement.
    if (kind !== "{" && close[1] === undefined && text[end] === "\n") end++;
    const isRaw = kind === "%" && (content === "raw" || content === "endraw");
    if (isRaw) raw = content === "raw";
    add(kind === "%" ? "statement" : "expression", kind === "#" || isRaw ? "" : content, end);
    trims = close[1] === "-";
    OPENINGS.lastIndex = end;
  }
  addText(text.length, false);
  return parts;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/**
 * Reads the plain text of help: paragraphs, lines that keep their form, and keys of configurations.
 *
 * @module
 */
import { keepsLines } from "../../lib/base/wrap.ts";

/** A paragraph, or lines that keep their form. */
export type PlainPart = { readonly kind: "paragraph" | "lines"; readonly text: string };

/** A part of a text. */
export type TextPart =
  | PlainPart
  | {
    readonly kind: "key";
    readonly key: string;
    /** Type of its value: `text`, `list of Pattern`. */
    readonly type: string;
    readonly description: readonly PlainPart[];
  };

const KEY = /^ {2}(\S+) {2}\((.+)\)$/;

/** Splits a text into its parts, in their order. */
export function partsOf(text: string): readonly TextPart[] {
  return text.trimEnd().split(/\n{2,}/).flatMap((block): readonly TextPart[] => {
    const [first = "", ...rest] = block.split("\n");
    const found = KEY.exec(first);
    if (found && rest.length > 0 && rest.every((line) => line.startsWith("    "))) {
      const [, key = "", type = ""] = found;
      return [{ kind: "key", key, type, description: describing(rest) }];
    }
    return [plain(block)];
  });
}

function describing(lines: readonly string[]): readonly PlainPart[] {
  const trimmed = lines.map((line) => line.trim());
  const at = trimmed.findIndex((line) => line.startsWith("Example: "));
  const sentences = at < 0 ? trimmed : trimmed.slice(0, at);
  return [
    { kind: "paragraph", text: sentences.join(" ") },
    ...(at < 0 ? [] : [{ kind: "lines", text: trimmed.slice(at).join("\n") } as const]),
  ];
}

function plain(block: string): PlainPart {
  return keepsLines(block)
    ? { kind: "lines", text: block }
    : { kind: "paragraph", text: block.replaceAll("\n", " ") };
}

/**
 * The columns that text takes on a terminal: East Asian characters and emoji take two, marks that combine take none.
 *
 * @module
 */

/** Text that takes a column for each of its characters, as most text does. */
const PLAIN = /^[\x20-\u02ff]*$/;

/** Characters of East Asia that are as wide as two Latin ones; those of the range of emoji have a property. */
const WIDE = new RegExp(
  "[\\u1100-\\u115f\\u2329\\u232a\\u2e80-\\u303e\\u3041-\\u3247\\u3250-\\ua4cf\\ua960-\\ua97c\\uac00-\\ud7a3" +
    "\\uf900-\\ufaff\\ufe10-\\ufe19\\ufe30-\\ufe6b\\uff01-\\uff60\\uffe0-\\uffe6\\u{16fe0}-\\u{1b2fb}" +
    "\\u{1d300}-\\u{1d376}\\u{1f200}-\\u{1f265}\\u{20000}-\\u{3fffd}]|(?!\\p{Regional_Indicator})\\p{Emoji_Presentation}",
  "u",
);

/** Marks that combine with the character before them, characters of formatting, and parts of Hangul syllables. */
const NONE = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7ff]/u;

/** Character that requests the emoji form of the character before it, which is wide. */
const EMOJI_FORM = "\ufe0f";

/** Character that gives the emoji before it a skin tone, and then has no width. */
const TONE = /\p{Emoji_Modifier}/u;

/** Returns the columns that text takes on a terminal. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : clustersOf(text).reduce((sum, { width }) => sum + width, 0);
}

/** Adds blanks to text, so that it takes at least a number of columns. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Cuts text to a number of columns; three dots stand for what it lacks. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const dots = "...".slice(0, Math.max(0, width));
  return `${text.slice(0, endOf(text, width - dots.length))}${dots}`;
}

/**
 * Folds text into lines of at most a number of columns, which has to be 2 at least: between words, or else behind a
 * character that ends a part of a path or a list, or else anywhere.
 */
export function foldTo(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (widthOf(rest) > width) {
    const end = Math.max(endOf(rest, width), 1);
    const blank = rest.lastIndexOf(" ", end);
    const part = rest.slice(0, end).search(/[/,:;_-](?=[^/,:;_-]*$)/) + 1;
    const at = blank > 0 ? blank : part > end / 2 ? part : end;
    lines.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

/** Returns how much of a text takes at most a number of columns; a character stays together with its marks. */
function endOf(text: string, width: number): number {
  if (PLAIN.test(text)) return Math.max(0, Math.min(text.length, width));
  let [end, columns] = [0, 0];
  for (const cluster of clustersOf(text)) {
    if (columns + cluster.width > width) break;
    columns += cluster.width;
    end += cluster.text.length;
  }
  return end;
}

/** A character with the marks that combine with it. */
interface Cluster {
  readonly text: string;
  readonly width: number;
}

function clustersOf(text: string): readonly Cluster[] {
  const clusters: Cluster[] = [];
  for (const character of text) {
    const last = clusters.at(-1);
    if (last && (NONE.test(character) || TONE.test(character) && last.width === 2)) {
      const width = character === EMOJI_FORM && last.width === 1 ? 2 : last.width;
      clusters[clusters.length - 1] = { text: last.text + character, width };
    } else {
      clusters.push({ text: character, width: NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1 });
    }
  }
  return clusters;
}

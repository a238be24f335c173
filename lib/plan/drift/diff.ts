/**
 * The difference of two texts in the unified form.
 *
 * @module
 */

/** The number of lines around a change. */
const AROUND = 3;

/** The most cells of the table of common lines; larger changes are shown as one. */
const CELLS = 4_000_000;

/** A line that stays, goes or comes. */
interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/** Returns the hunks that lead from one text to another; empty where they are the same. */
export function unifiedDiff(before: string, after: string): string {
  const lines = alignedLines(linesOf(before), linesOf(after));
  const changed = lines.flatMap(({ sign }, index) => sign === " " ? [] : [index]);
  const hunks: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = hunks.at(-1);
    const [from, to] = [Math.max(0, index - AROUND), Math.min(lines.length, index + AROUND + 1)];
    if (last && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  return hunks.map(({ from, to }) => hunkText(lines, from, to)).join("");
}

function hunkText(lines: readonly Line[], from: number, to: number): string {
  const count = (some: readonly Line[], other: "-" | "+") => some.filter(({ sign }) => sign !== other).length;
  const [start, part] = [lines.slice(0, from), lines.slice(from, to)];
  const place = (other: "-" | "+") => {
    const size = count(part, other);
    return `${count(start, other) + (size === 0 ? 0 : 1)},${size}`;
  };
  const head = `@@ -${place("+")} +${place("-")} @@\n`;
  return head + part.map(({ sign, text }) => `${sign}${text}\n`).join("");
}

/** Splits a text into lines; one without a newline at its end says so, as another line. */
function linesOf(text: string): readonly string[] {
  if (text === "") return [];
  return text.endsWith("\n")
    ? text.slice(0, -1).split("\n")
    : [...text.split("\n"), "\\ No newline at end of file"];
}

function alignedLines(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)
  ) end++;
  const same = (text: string): Line => ({ sign: " ", text });
  return [
    ...before.slice(0, start).map(same),
    ...middleLines(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

/** Aligns lines by the longest sequence that both have. */
function middleLines(before: readonly string[], after: readonly string[]): readonly Line[] {
  const width = after.length + 1;
  if ((before.length + 1) * width > CELLS) {
    return [
      ...before.map((text): Line => ({ sign: "-", text })),
      ...after.map((text): Line => ({ sign: "+", text })),
    ];
  }
  const common = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] = before[i] === after[j]
        ? common[(i + 1) * width + j + 1]! + 1
        : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ sign: " ", text: before[i]! });
      i++;
      j++;
    } else if (
      j === after.length || i < before.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!
    ) {
      lines.push({ sign: "-", text: before[i++]! });
    } else lines.push({ sign: "+", text: after[j++]! });
  }
  return lines;
}

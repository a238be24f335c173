/**
 * Names the parts of a run, and chooses those that a command line asks for.
 *
 * @module
 */

/** The parts, in the order in which they are listed. */
export const PARTS = ["fmt", "lint", "check", "unit", "build", "testbed", "e2e"] as const;

/** A part of a run. */
export type Part = typeof PARTS[number];

/** The parts to run; with files, the parts that run tests run only those. */
export interface Choice {
  readonly parts: readonly Part[];
  readonly files?: readonly string[];
}

/** The problem with a word of a command line. */
export class ChoiceError extends Error {
  override readonly name = "ChoiceError";
}

/** Returns the part that runs a test file. */
export function partOf(file: string): Part {
  return file.startsWith("tests/e2e/") ? "e2e" : file.startsWith("tests/testbed/") ? "testbed" : "unit";
}

/**
 * Chooses parts and files from words, each the name of a part, or the path of a test file or of its end. Files bring
 * the parts that run them, and end-to-end tests the build of the programs that they test.
 */
export function choose(words: readonly string[], tests: readonly string[]): Choice {
  const parts = PARTS.filter((part) => words.includes(part));
  const files = words.filter((word) => !PARTS.some((part) => part === word)).flatMap((word) => {
    const found = tests.filter((test) => test === word || test.endsWith(`/${word}`));
    if (found.length > 0) return found;
    throw new ChoiceError(`There is no part and no test file "${word}"`);
  });
  if (files.length > 0) return withFiles(parts, files);
  return { parts: parts.length > 0 ? parts : PARTS };
}

/** Chooses the parts that check the source, and those that run files. */
export function chooseChanged(words: readonly string[], files: readonly string[]): Choice {
  const { parts } = withFiles(["fmt", "lint", "check"], files);
  return { parts: parts.filter((part) => words.length === 0 || words.includes(part)), files };
}

function withFiles(parts: readonly Part[], files: readonly string[]): Choice {
  const needed = files.map(partOf);
  const all = [...parts, ...needed, ...(needed.includes("e2e") ? ["build"] : [])];
  return { parts: PARTS.filter((part) => all.includes(part)), files };
}

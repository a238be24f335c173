/**
 * Rules about whole files: length, name and characters.
 *
 * @module
 */
import { PRODUCT, unitOf } from "./place.ts";

/** Broken rule: `file:line: rule: message`. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

const LONGEST = 300;
/** Sample inputs, kept exactly as their authors wrote them. */
const SAMPLES = /^tests\/.*\/(?:corpus|fixtures)\//;
const CODE = /\.(?:ts|sh|json|jsonc)$|^scripts\/[^.]+$|^\.ci\//;
const MODULE = /\.(?:ts|sh)$/;

/** Checks one file, given by its path below the root. */
export function checkFile(path: string, text: string): readonly Finding[] {
  if (SAMPLES.test(path)) return [];
  return [
    ...checkName(path),
    ...checkLength(path, text),
    ...checkCharacters(path, text),
    ...checkIgnores(path, text),
  ];
}

function checkName(path: string): readonly Finding[] {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!path.endsWith(".ts") || /^[a-z0-9]+(?:_[a-z0-9]+)*(?:\.d)?\.ts$/.test(name)) return [];
  return [{ file: path, line: 1, rule: "file-name", message: `"${name}" is not in snake_case` }];
}

function checkLength(path: string, text: string): readonly Finding[] {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  if (!MODULE.test(path) || lines <= LONGEST) return [];
  const message = `The file has ${lines} lines, more than ${LONGEST}: it holds more than one idea`;
  return [{ file: path, line: LONGEST + 1, rule: "file-length", message }];
}

function checkCharacters(path: string, text: string): readonly Finding[] {
  if (!CODE.test(path)) return [];
  return text.split("\n").flatMap((line, index) => {
    const found = [...line].find((character) => !isPlain(character));
    if (found === undefined) return [];
    const code = found.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
    return [{
      file: path,
      line: index + 1,
      rule: "ascii",
      message: `U+${code} is not ASCII: write it as an escape`,
    }];
  });
}

function isPlain(character: string): boolean {
  return character === "\t" || (character >= " " && character <= "~");
}

/** Forbids ignoring rules for whole files, and the project's own rules in the product. */
function checkIgnores(path: string, text: string): readonly Finding[] {
  if (!path.endsWith(".ts")) return [];
  return text.split("\n").flatMap((line, index) => {
    const [, whole, rules = ""] = /^\s*\/\/ deno-lint-ignore(-file)?\b(.*)$/.exec(line) ?? [];
    const wrong = whole !== undefined || (PRODUCT.includes(unitOf(path)) && rules.includes("lxops/"));
    const message = "Rules of this project are kept or changed, not ignored";
    return wrong ? [{ file: path, line: index + 1, rule: "ignore", message }] : [];
  });
}

/**
 * Finds syntax that works in a file for a shell and not in an `.env` file.
 *
 * @module
 */

/** Returns the end of a sentence about a value that a shell would evaluate; `undefined` for an ordinary one. */
export function bashHabit(value: string, isQuoted: boolean): string | undefined {
  const literal = "; it stays as written. Put it in single quotes if that is meant";
  if (/\$\(\(/.test(value)) return `has "$((...))", which only a shell computes${literal}`;
  if (/\$\(/.test(value)) return `has "$(...)", which only a shell runs${literal}`;
  if (/`[^`]*`/.test(value)) return `has backticks, which only a shell runs${literal}`;
  if (isQuoted) return undefined;
  if (/^\(.*\)$/.test(value) || value === "(") {
    return `is an array of bash, which .env files do not have${literal}`;
  }
  if (/^\$['"]/.test(value)) return `is quoted as in bash, with a dollar sign${literal}`;
  return undefined;
}

const WORDS =
  "if|then|else|elif|fi|for|while|do|done|case|esac|function|source|set|unset|declare|local|readonly|alias";
const KEYWORD = new RegExp(`^\\s*(${WORDS})(?:\\s+[^\\s=:]|\\s*;|\\s*$)`);

/** Returns a message about a line that only a shell understands. */
export function noAssignment(line: string): string | undefined {
  const before = line.split("=", 1)[0]!;
  const word = KEYWORD.exec(line)?.[1];
  if (word !== undefined && !new RegExp(`^\\s*${word}\\s*[=:]`).test(line)) {
    return `"${word}" is of a shell script, and this file is none: a line is NAME=VALUE`;
  }
  if (/^\s*[\w-]+\s*\(\s*\)/.test(before)) {
    return "This is a function of a shell script, and this file is none: a line is NAME=VALUE";
  }
  if (/^\s*\.\s+\S/.test(before)) {
    return '"." is of a shell script, and this file is none: a line is NAME=VALUE';
  }
  return /^\s*(?:export\s+)?\w+\+$/.test(before) ? '"+=" is of bash: write the whole value' : undefined;
}

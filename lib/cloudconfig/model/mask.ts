/**
 * Masks passwords and tokens in commands, for titles and scripts that are shown.
 *
 * @module
 */
import { MASK } from "../../base/mask.ts";

/** The names of variables and options with secret values. */
const NAME =
  "(?:[a-z0-9_-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|" +
  "auth[_-]?key|credentials?)(?:s?|[_-][a-z0-9_-]*)|(?:[a-z0-9_-]*[_-])?(?:pass|pw|auth)(?:[_-][a-z0-9_-]*)?|" +
  "[a-z0-9]+_pwd|pgpass)";
/** The names that look like a secret and are a path or a property of one. */
const NO_SECRET =
  /(?:[_-](?:file|path|stdin|fd|env|dir|ttl|type|name|length|url|uri|id)|-(?:from|prompt)[\w-]*)$/i;

/** A value in the shell language. It does not begin with `$`, which is a variable, nor with `<` or `(`. */
const VALUE = String.raw`(?:"(?!\$)(?:\\.|[^"\\])*"|'[^']*'|(?![$<("'\s])(?:\\.|[^\s;&|"'<>\\])+)`;

const assigned = new RegExp(String.raw`(^|[\s;&|("'{,?])(-{0,2})(${NAME})(\s*[=:]\s*|=)(${VALUE})`, "gi");
const given = new RegExp(String.raw`(^|\s)(--?)(${NAME})(\s+)(?!-)(${VALUE})`, "gi");

type Rule = readonly [pattern: RegExp, replacement: string];

const RULES: readonly Rule[] = [
  [/(:\/\/)[^\/\s@"']+@/g, `$1${MASK}@`],
  [
    /\b(authorization|x-[\w-]*(?:token|key|auth|secret)|private-token|apikey)(["']?\s*:\s*(?:(?:bearer|basic|token)\s+)?)(?!\$)[^\s"']+/gi,
    `$1$2${MASK}`,
  ],
  [/\b(bearer\s+)(?!\$)[\w.~+\/=-]{6,}/gi, `$1${MASK}`],
  [/((?:^|\s)(?:-u|--user|--proxy-user)(?:\s+|=)["']?[^\s:"'$]+:)(?!\$)[^\s"']+/g, `$1${MASK}`],
  [
    /\b((?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mariadb-admin)\b[^\n;|&]*?\s-p)(?!\$)[^\s"']+/g,
    `$1${MASK}`,
  ],
  [/\b(sshpass\s+-p\s*)(?!\$)(?:"[^"]*"|'[^']*'|\S+)/g, `$1${MASK}`],
  [
    /\b((?:echo|printf)\s+)([^|\n]{1,500}?)(\s*\|\s*(?:sudo\s+)?(?:chpasswd|passwd|smbpasswd|cryptsetup)\b)/g,
    `$1${MASK}$3`,
  ],
  [/\b((?:chpasswd|passwd)[^\n]{0,40}<<<?\s*)(?!\$)(?:"[^"]*"|'[^']*'|\S+)/g, `$1${MASK}`],
  [/\b((?:identified\s+(?:with\s+\S+\s+)?by|password)\s+)(?:'[^'\n]*'|"[^"$\n][^"\n]*")/gi, `$1${MASK}`],
  [
    /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|AKIA[0-9A-Z]{16}|xox[abp]-[\w-]{10,}|tskey-[\w-]{10,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+)/g,
    MASK,
  ],
];

function maskNamed(text: string): string {
  const mask = (whole: string, before: string, dashes: string, name: string, between: string) =>
    NO_SECRET.test(name) ? whole : `${before}${dashes}${name}${between}${MASK}`;
  return text.replace(assigned, mask).replace(given, mask);
}

/** Returns a text in which passwords and tokens are masked. */
export function maskText(text: string): string {
  return RULES.reduce((masked, [pattern, by]) => masked.replace(pattern, by), maskNamed(text));
}

const SECRET_NAME = new RegExp(`^${NAME}$`, "i");

/** Tells whether the name of a variable says that its value is secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !NO_SECRET.test(name);
}

const NAMED_OPTION = new RegExp(`^--?(${NAME})$`, "i");

/** Returns a program and its arguments, in which passwords and tokens are masked. */
export function maskWords(words: readonly string[]): readonly string[] {
  const program = words[0]?.replace(/^.*\//, "") ?? "";
  return words.map((word, index) => {
    const option = words[index - 1] ?? "";
    const named = NAMED_OPTION.exec(option)?.[1];
    if (option === "-c") return maskText(word);
    if (named !== undefined && !NO_SECRET.test(named) && !/^[-$]/.test(word)) return MASK;
    if (option === "-p" && program === "sshpass") return MASK;
    if (/^(?:-u|--user|--proxy-user)$/.test(option)) return word.replace(/^([^:]+:).+$/s, `$1${MASK}`);
    if (/^(?:mysql|mariadb)/.test(program) && /^-p./.test(word)) return `-p${MASK}`;
    const assignment = new RegExp(`^(-{0,2})(${NAME})=(?!\\$).+$`, "is").exec(word);
    if (assignment && !NO_SECRET.test(assignment[2]!)) return `${assignment[1]}${assignment[2]}=${MASK}`;
    return maskText(word);
  });
}

/**
 * `bootstrap.sh` of a directory: an item that runs once in each root filesystem, after those of all cloud-config files.
 *
 * @module
 */
import { basename } from "@std/path";
import { quote } from "../../base/shell.ts";
import type { Compiler } from "../compile/compiler.ts";
import type { Edition, Item } from "../model/item.ts";
import type { OSType } from "../model/ostype.ts";
import { contentOfNext } from "../model/print.ts";
import { sha256 } from "../model/sha256.ts";
import type { CloudConfig } from "../sections/mod.ts";

/** The section of the items of a bootstrap script. */
export const BOOTSTRAP = "bootstrap";

/** A bootstrap script. */
export interface Bootstrap {
  /** The path as messages show it. */
  readonly file: string;
  readonly text: string;
  /** Its environment. */
  readonly settings: ReadonlyMap<string, string>;
  /** It runs also where it ran already. */
  readonly again?: boolean;
}

/** A program that runs a script, and the word that its first line has for it. */
interface Interpreter {
  /** A path, or a name that is looked for. */
  readonly program: string;
  readonly option?: string;
}

/** Returns the interpreter of the first line of a script; without one it is the shell. */
export function interpreterOf(text: string): Interpreter {
  const [, line] = /^#![ \t]*([^\n]*)/.exec(text) ?? [];
  const [program = "/bin/sh", ...rest] = (line ?? "").trim().split(/[ \t]+/).filter((word) => word !== "");
  if (basename(program) !== "env") return { program, ...(rest.length > 0 ? { option: rest.join(" ") } : {}) };
  const words = rest[0] === "-S" ? rest.slice(1) : rest;
  const [named = "/bin/sh", ...options] = words;
  return { program: named, ...(options.length > 0 ? { option: options.join(" ") } : {}) };
}

/** Returns the problem of a bootstrap script before it runs. */
export function bootstrapProblem(text: string): string | undefined {
  const [first = ""] = text.split("\n", 1);
  if (first.includes("\r")) {
    return "Its lines end as on Windows, which no shell reads: save it with plain line ends";
  }
  if (text.includes("\0")) return "It has a NUL character, and is no script";
  return /^\ufeff/.test(text) ? "It begins with a byte order mark, which hides its first line" : undefined;
}

/** The packages of interpreters, where they have another name or are known. */
const PACKAGES: Readonly<Record<string, string>> = {
  bash: "bash",
  dash: "dash",
  fish: "fish",
  ksh: "ksh",
  mksh: "mksh",
  perl: "perl",
  python3: "python3",
  ruby: "ruby",
  tcsh: "tcsh",
  zsh: "zsh",
};

/** The families of systems whose smallest images have bash. */
const WITH_BASH: readonly OSType["family"][] = ["arch", "debian", "redhat", "suse", "void"];

/** Returns the package of an interpreter that an image may lack. */
function missingPackage({ program }: Interpreter, { family }: OSType): string | undefined {
  const name = basename(program);
  if (name === "bash" && WITH_BASH.includes(family)) return undefined;
  return Object.hasOwn(PACKAGES, name) ? PACKAGES[name] : undefined;
}

/** Returns the items of a bootstrap script. Their ids have nothing of its text: once it ran, it does not run again. */
export function bootstrapItems(bootstrap: Bootstrap, os: OSType): readonly Item[] {
  const interpreter = interpreterOf(bootstrap.text);
  const name = basename(interpreter.program);
  const missing = missingPackage(interpreter, os);
  const common = {
    section: BOOTSTRAP,
    key: BOOTSTRAP,
    location: { file: bootstrap.file, line: 1, column: 1 },
    secrets: [],
  };
  return [
    ...(missing === undefined ? [] : [{
      ...common,
      id: sha256(JSON.stringify([BOOTSTRAP, "install", missing])),
      title: `Install ${missing}, which bootstrap.sh begins with, unless it is there`,
      script: `command -v ${quote(name)} >/dev/null 2>&1 || lxops_install ${quote(missing)}`,
      helpers: [os.packageManager],
    }]),
    {
      ...common,
      id: sha256(JSON.stringify([BOOTSTRAP, "run"])),
      title: "Run bootstrap.sh",
      script: runScript(bootstrap, interpreter),
      helpers: [],
      prints: true,
      edition: editionOf(bootstrap),
      ...(bootstrap.again ? { again: true } : {}),
    },
  ];
}

/** Returns the hashes of a script, and of the settings whose names it has. */
function editionOf({ text, settings }: Bootstrap): Edition {
  const words = new Set(text.match(/[A-Za-z_][A-Za-z0-9_]*/g));
  const read = [...settings].filter(([name]) => words.has(name)).sort(([a], [b]) => a < b ? -1 : 1);
  return { text: sha256(text), ...(read.length > 0 ? { settings: sha256(JSON.stringify(read)) } : {}) };
}

/** Names that a shell can export. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Returns the shell commands that run a script. It is a file of root's while it runs: on standard input, a command in it
 * that reads would take the rest of it.
 */
function runScript({ text, settings }: Bootstrap, { program, option }: Interpreter): string {
  const name = basename(program);
  const exports = [...settings].filter(([key]) => NAME.test(key))
    .map(([key, value]) => `export ${key}=${value === "" ? "" : quote(value)}`);
  return [
    `lxops_program=${quote(program)}`,
    `[ -x "$lxops_program" ] || lxops_program=$(command -v ${quote(name)}) || {`,
    `echo ${quote(`lxops: the instance has no ${program}, which bootstrap.sh begins with`)} >&2`,
    "exit 127",
    "}",
    "lxops_directory=$(umask 077 && mktemp -d)",
    contentOfNext(new TextEncoder().encode(text)),
    '(umask 077 && lxops_content >"$lxops_directory/bootstrap.sh")',
    "lxops_status=0",
    "(",
    ...exports,
    "cd /",
    `exec "$lxops_program"${option === undefined ? "" : ` ${quote(option)}`} "$lxops_directory/bootstrap.sh"`,
    ") || lxops_status=$?",
    'rm -rf "$lxops_directory"',
    '[ "$lxops_status" = 0 ] || exit "$lxops_status"',
  ].join("\n");
}

/**
 * Returns a compiler whose items end with those of a bootstrap script; only items that end the instance come after
 * them.
 */
export function withBootstrap(compiler: Compiler, bootstrap: Bootstrap): Compiler {
  return {
    ...compiler,
    compile: (configs, os, options) => {
      const items = compiler.compile(configs, os, options);
      const end = items.findIndex(({ section }) => section === "power_state");
      const before = end < 0 ? items : items.slice(0, end);
      return [...before, ...bootstrapItems(bootstrap, os), ...items.slice(before.length)];
    },
  };
}

/** Returns a file without content that stands for a bootstrap script among the files that are applied. */
export function bootstrapFile({ file }: Bootstrap): CloudConfig {
  return { file, values: {}, data: {}, locate: () => ({ file, line: 1, column: 1 }) };
}

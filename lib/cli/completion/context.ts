/**
 * Parses a command line up to the cursor: the command so far, and the candidates for the next word.
 *
 * @module
 */
import type { AnyCommand, Flag, Flags, GroupCommand, LeafCommand } from "../command/command.ts";
import { globalFlags } from "../command/flags.ts";
import { FLAGS, type Kind, OPERANDS, OPERANDS_OF, VALUES } from "./vocabulary.ts";

/** A flag in the form that is typed. */
export interface OfferedFlag {
  readonly text: string;
  readonly help: string;
}

/** Candidates at the cursor. */
export interface Context {
  readonly commands: readonly AnyCommand[];
  readonly flags: readonly OfferedFlag[];
  readonly kinds: readonly Kind[];
  /** The part of the word before the value: `--name=`. */
  readonly prefix: string;
  /** The names of the commands below the root. */
  readonly path: readonly string[];
  readonly operands: readonly string[];
  /** Values of flags that have one, the last of each. */
  readonly values: ReadonlyMap<string, string>;
}

/** The command line around a word. */
export interface Around {
  readonly before: readonly string[];
  readonly text: string;
  readonly after: readonly string[];
}

/** A walk along a command line. */
interface Walk {
  readonly path: readonly AnyCommand[];
  readonly values: Map<string, string>;
  readonly given: Set<string>;
  readonly operands: string[];
  /** A flag whose value comes next. */
  readonly open?: readonly [name: string, flag: Flag];
  /** Only operands follow. */
  readonly rest?: boolean;
}

/** Finds the words that may follow at the cursor of a command line; `before` begins after the name of the program. */
export function contextOf(root: GroupCommand, { before, text, after }: Around): Context {
  const start: Walk = { path: [root], values: new Map(), given: new Set(), operands: [] };
  const here = before.reduce(step, start);
  const { path, operands, values } = here;
  const names = path.slice(1).map(({ name }) => name);
  const common = {
    path: names,
    operands: [...operands, ...after.filter((word) => !isFlag(word))],
    values,
    prefix: "",
    commands: [],
    flags: [],
    kinds: [],
  };
  if (here.open) return { ...common, kinds: kindsOfFlag(names, ...here.open) };
  const command = path.at(-1)!;
  if (!here.rest && isFlag(text)) {
    const equals = text.indexOf("=");
    if (equals < 0) return { ...common, flags: flagsFor(text, command, here.given) };
    const found = find(flagsAt(command), nameIn(text));
    const prefix = text.slice(0, equals + 1);
    return { ...common, prefix, kinds: found ? kindsOfFlag(names, ...found) : [] };
  }
  const leaf = command.kind === "command" ? command : operands.length === 0 ? command.own : undefined;
  return {
    ...common,
    commands: command.kind === "group" && operands.length === 0 ? command.commands : [],
    kinds: leaf ? kindsOfOperand(names, leaf, operands.length) : [],
  };
}

function step(walk: Walk, word: string): Walk {
  const { path, values, given, operands, open, rest } = walk;
  const base = { path, values, given, operands, ...(rest ? { rest } : {}) };
  if (open) {
    values.set(open[0], word);
    return base;
  }
  const command = path.at(-1)!;
  if (!rest && word === "--") return command.kind === "command" ? { ...base, rest: true } : base;
  if (!rest && isFlag(word)) {
    const found = find(flagsAt(command), nameIn(word));
    if (!found) return base;
    const [name, flag] = found;
    given.add(name);
    const equals = word.indexOf("=");
    if (equals >= 0) values.set(name, word.slice(equals + 1));
    return equals < 0 && flag.kind !== "boolean" ? { ...base, open: found } : base;
  }
  if (command.kind === "group") {
    const next = command.commands.find(({ name }) => name === word);
    if (next) return { ...base, path: [...path, next] };
    if (!command.own) return base;
    operands.push(word);
    return { ...base, path: [...path.slice(0, -1), command.own] };
  }
  operands.push(word);
  return { ...base, ...(command.passThrough ? { rest: true } : {}) };
}

function isFlag(word: string): boolean {
  return word.startsWith("-") && word !== "";
}

function nameIn(word: string): string {
  return word.replace(/^--?/, "").replace(/=.*$/s, "");
}

function find(flags: Flags, name: string): readonly [string, Flag] | undefined {
  return Object.entries(flags).find(([key, flag]) => key === name || flag.aliases?.includes(name));
}

/** Returns the flags that a command accepts: of a group, those of its own command and the global ones. */
function flagsAt(command: AnyCommand): Flags {
  const own = command.kind === "command" ? command.flags : command.own?.flags ?? {};
  return { ...globalFlags, ...own };
}

/** Returns flags in the form that is typed: one dash for one letter; two for several, or one where the user began so. */
function flagsFor(text: string, command: AnyCommand, given: ReadonlySet<string>): readonly OfferedFlag[] {
  const isGo = /^-[^-]/.test(text);
  const offered = Object.entries(flagsAt(command)).flatMap(([name, flag]): OfferedFlag[] => {
    if (flag.hidden || given.has(name) && flag.kind !== "list") return [];
    const help = flag.help;
    return [name, ...flag.aliases ?? []].map((one) => ({
      text: one.length === 1 || isGo ? `-${one}` : `--${one}`,
      help,
    }));
  });
  return [...offered, { text: "--help", help: "Print help" }];
}

function kindsOfFlag(path: readonly string[], name: string, flag: Flag): readonly Kind[] {
  if (flag.kind === "boolean") return [{ words: ["true", "false"] }];
  return lookUp(FLAGS, [...path, name].join(" ")) ?? lookUp(FLAGS, name) ?? lookUp(VALUES, flag.value) ?? [];
}

function kindsOfOperand(path: readonly string[], { operands }: LeafCommand, at: number): readonly Kind[] {
  const own = lookUp(OPERANDS_OF, path.join(" ")) ?? {};
  const words = wordsOf(operands.usage, at);
  return [...new Set(words.flatMap((word) => lookUp(own, word) ?? lookUp(OPERANDS, word) ?? []))];
}

function lookUp<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** A place of a usage for an operand, or for several. */
interface Slot {
  readonly words: readonly string[];
  readonly optional: boolean;
  readonly repeated: boolean;
}

/** Returns the words of a usage that can be the operand at a place; other forms of it stand behind ` | `. */
export function wordsOf(usage: string, at: number): readonly string[] {
  return usage.split(" | ").flatMap((form) => {
    const slots = form.split(" ").filter((word) => word !== "[--]").map(slotOf);
    const from = (first: number): readonly number[] =>
      first >= slots.length ? [] : [first, ...slots[first]!.optional ? from(first + 1) : []];
    let reached = from(0);
    for (let count = 0; count < at; count++) {
      const next = reached.flatMap((one) => [...slots[one]!.repeated ? [one] : [], ...from(one + 1)]);
      reached = [...new Set(next)];
    }
    return reached.flatMap((one) => slots[one]!.words);
  });
}

function slotOf(text: string): Slot {
  const words = text.replaceAll("[/SNAPSHOT]", "/SNAPSHOT").replaceAll("[REMOTE:]", "@")
    .replaceAll(/[[\]]|\.\.\./g, "").replaceAll(/@(?=.)/g, "").replaceAll("@", "REMOTE").split("|");
  return {
    words: words.filter((word) => word !== ""),
    optional: /^\[/.test(text.replace(/^\[REMOTE:\]/, "")) || text === "[REMOTE:]",
    repeated: text.includes("..."),
  };
}

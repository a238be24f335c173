/**
 * Commands as data: operands and flags are declared once; parsing, types and help read them.
 *
 * @module
 */
import type { App } from "./app.ts";

/** The part that all flags share. */
interface AboutFlag {
  readonly help: string;
  readonly aliases?: readonly string[];
  /** Accepted for scripts that have it, and shown by no help. */
  readonly hidden?: boolean;
}

/** A flag; `value` names its value in help. */
export type Flag =
  & AboutFlag
  & (
    | { readonly kind: "boolean" }
    | { readonly kind: "string"; readonly value: string; readonly default?: string }
    | { readonly kind: "number"; readonly value: string; readonly default: number }
    | { readonly kind: "optional"; readonly value: string }
    | { readonly kind: "list"; readonly value: string }
  );

/** Flags by name, without dashes. */
export type Flags = Readonly<Record<string, Flag>>;

/** The values of flags: booleans, texts (empty, or where `optional` undefined, when absent), numbers, lists. */
export type Values<F extends Flags> = {
  readonly [K in keyof F]: F[K]["kind"] extends "boolean" ? boolean
    : F[K]["kind"] extends "number" ? number
    : F[K]["kind"] extends "list" ? readonly string[]
    : F[K]["kind"] extends "optional" ? string | undefined
    : string;
};

/** Values of flags that are not known by type; each has the type that `Values` gives it. */
export type AnyValues = Readonly<Record<string, unknown>>;

/** The number of operands that a command takes. */
export interface Operands {
  /** The operands as help shows them: `FILE...`. */
  readonly usage: string;
  readonly min: number;
  /** Absent: any number. */
  readonly max?: number;
}

/** The part that commands and groups share. */
interface About {
  readonly name: string;
  /** A line for the list of commands. */
  readonly summary: string;
}

/** A command that does something. */
export interface LeafCommand extends About {
  readonly kind: "command";
  readonly flags: Flags;
  readonly operands: Operands;
  /** A command line as a user would type it. */
  readonly example: string;
  /** The requests that are sent and the programs that run. */
  readonly underTheHood: string;
  readonly details?: string;
  /** Exit codes that only this command has. */
  readonly exits?: string;
  /** Everything after the first operand is passed on unchanged: `exec NAME -- ls -l`. */
  readonly passThrough?: boolean;
  /** The only form that it prints, such as a file unchanged; other commands that change nothing have `--json`. */
  readonly oneForm?: string;
  readonly run: (values: AnyValues, operands: readonly string[], app: App) => Promise<number>;
}

/** A part of a list of commands. */
export interface CommandSection {
  readonly title: string;
  readonly names: readonly string[];
}

/** A command that has commands. */
export interface GroupCommand extends About {
  readonly kind: "group";
  readonly commands: readonly AnyCommand[];
  /** Sections of the list of commands in the help; absent: it has none. */
  readonly sections?: readonly CommandSection[];
  /** The command that runs if no command of the group is named. */
  readonly own?: LeafCommand;
}

/** Any command. */
export type AnyCommand = LeafCommand | GroupCommand;

/** Declares a command; the values that `run` gets have the types of its flags. */
export function command<const F extends Flags>(
  declared: Omit<LeafCommand, "kind" | "flags" | "run"> & {
    readonly flags: F;
    readonly run: (values: Values<F>, operands: readonly string[], app: App) => Promise<number>;
  },
): LeafCommand {
  return { ...declared, kind: "command", run: declared.run as LeafCommand["run"] };
}

/** Declares a group of commands, and the command of the group itself, if it has one. */
export function group(
  name: string,
  summary: string,
  commands: readonly AnyCommand[],
  own?: LeafCommand,
): GroupCommand {
  return { kind: "group", name, summary, commands, ...(own ? { own } : {}) };
}

/** Makes the root of a tree of commands. */
export function root(
  commands: readonly AnyCommand[],
  sections: readonly CommandSection[] = [],
): GroupCommand {
  const tree = group("lxops", "Launch and configure LXD and Incus containers from YAML files", commands);
  return { ...tree, sections };
}

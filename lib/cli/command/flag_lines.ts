/**
 * Flags as help, man pages and the reference page show them.
 *
 * @module
 */
import { dashed } from "./dashed.ts";
import type { Flag, Flags } from "./command.ts";
import * as shared from "./flags.ts";

/** The line of a flag. */
export interface FlagLine {
  /** The ways to write it: `--env KEY=VALUE`, `-e KEY=VALUE`. */
  readonly forms: readonly string[];
  readonly help: string;
}

/** Flags of a command that are shown together. */
export interface FlagSection {
  readonly title: string;
  readonly flags: Flags;
}

/** Titles of flags that several commands have in common; those of the command itself come first. */
const SECTIONS: readonly (readonly [title: string, flags: readonly Flags[]])[] = [
  ["Flags to look before it happens", [shared.dryRunFlags]],
  ["Flags of the configuration", [shared.configFlags, shared.settingFlags]],
  ["Flags of progress", [shared.progressFlags]],
  ["Flags of the run", [
    shared.changeFlags,
    shared.parallelFlags,
    shared.lockFlags,
    shared.waitFlags,
    shared.stopFlags,
    shared.moveFlags,
    shared.applyFlags,
  ]],
];

/** Sorts the flags of a command into its own and those that it shares with others; none is hidden. */
export function flagSections(flags: Flags): readonly FlagSection[] {
  const shown = Object.entries(flags).filter(([, flag]) => !flag.hidden);
  const titleOf = ([name, flag]: readonly [string, Flag]) =>
    SECTIONS.find(([, sets]) => sets.some((set) => set[name] === flag))?.[0] ?? "Flags";
  return ["Flags", ...SECTIONS.map(([title]) => title)].flatMap((title) => {
    const those = shown.filter((entry) => titleOf(entry) === title);
    return those.length > 0 ? [{ title, flags: Object.fromEntries(those) }] : [];
  });
}

/** Returns the lines of flags, without hidden ones. */
export function flagLines(flags: Flags): readonly FlagLine[] {
  return Object.entries(flags).filter(([, flag]) => !flag.hidden).map(([name, flag]) => ({
    forms: [name, ...flag.aliases ?? []].map((one) => formOf(one, flag)),
    help: helpOf(flag),
  }));
}

/** Returns the names of a flag in one text, the shortest first: `-e, --env NAME=VALUE`. */
export function flagTitle({ forms }: FlagLine): string {
  const names = forms.map((form) => form.replace(/ .*/s, "")).toSorted((a, b) => a.length - b.length);
  return names.join(", ") + (forms[0] ?? "").replace(/^\S+/, "");
}

function formOf(name: string, flag: Flag): string {
  return flag.kind === "boolean" ? dashed(name) : `${dashed(name)} ${flag.value}`;
}

function helpOf(flag: Flag): string {
  // Some help texts describe the default themselves.
  const isSaid = !("default" in flag) || flag.default === "" || flag.help.includes("(default");
  const standard = isSaid ? "" : ` (default: ${flag.default})`;
  return `${flag.help}${flag.kind === "list" ? " (repeatable)" : ""}${standard}`;
}

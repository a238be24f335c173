/**
 * Finds commands of a cloud-config file that have no effect on later commands, or that need a running cloud-init.
 *
 * @module
 */
import type { Remark } from "../model/section.ts";
import type { GuestCommand } from "../sections/commands/runcmd.ts";

const SHELL_WORDS: readonly string[] = ["&&", "||", "|", ">", ">>", "<", ";", "2>&1", "&"];
/** The commands that change only the shell that runs them. */
const BUILTINS: readonly string[] = [
  ...[".", "alias", "cd", "declare", "exec", "exit", "export", "popd", "pushd", "readonly", "set", "shopt"],
  ...["source", "trap", "typeset", "ulimit", "umask", "unalias", "unset"],
];
const NOTHING_LEFT = "of its own, so that this does not affect later commands";

const VALUE = String.raw`(?:"(?:\\.|[^"\\])*"|'[^']*'|\$\((?:[^()]|\([^()]*\))*\)|` + "`[^`]*`" +
  String.raw`|[^\s;&|"'$` + "`" + String.raw`()]|\$(?!\())*`;
const ASSIGNMENTS = new RegExp(String.raw`^\s*(?:[A-Za-z_]\w*\+?=${VALUE}\s*;?\s*)+$`);
const FUNCTION = /^\s*(?:function\s+[\w-]+|[\w-]+\s*\(\s*\))\s*(?:\(\s*\)\s*)?\{[^]*\}\s*;?\s*$/;
const BUILTIN = new RegExp(
  String.raw`^\s*(?:${BUILTINS.map((name) => name.replace(".", "\\.")).join("|")})(?:\s[^;&|\n]*)?;?\s*$`,
);

/** Reports whether a command changes only the shell that runs it. */
function isForItself(command: string | readonly string[]): boolean {
  if (typeof command !== "string") {
    return command[0] !== "exec" && BUILTINS.includes(command[0]!) ||
      command.every((word) => /^[A-Za-z_]\w*=/.test(word));
  }
  const text = command.replace(/^(?:\s*#[^\n]*\n)+/, "").trimEnd();
  if (/^\s*exec\s+(?![0-9]*[<>])/.test(text)) return false;
  return text.trim() !== "" && !text.includes("\n") && (ASSIGNMENTS.test(text) || BUILTIN.test(text)) ||
    FUNCTION.test(text);
}

/** The programs, variables and files that only cloud-init provides. */
const OF_CLOUD_INIT: readonly (readonly [RegExp, string])[] = [
  [
    /(?:^|[\s;&|(])cloud-init-per(?=\s|$)/,
    "cloud-init-per needs cloud-init; lxops runs each command only once anyway",
  ],
  [/\$\{?INSTANCE_ID\b/, "INSTANCE_ID is not set: cloud-init does not run these commands"],
  [
    /(?:^|[\s;&|(])cloud-init\s+(?:query|status|single|schema|devel|init|modules)\b/,
    "cloud-init does not know this file, and can be absent from the instance",
  ],
  [
    /\/(?:var\/lib|run)\/cloud\b|\/run\/cloud-init\b/,
    "cloud-init's own files do not cover this file, and can be absent from the instance",
  ],
];

/** Finds possible mistakes in a list of commands. */
export function commandFindings(section: string, all: readonly GuestCommand[]): Remark[] {
  return all.flatMap((command, index): Remark[] => {
    if (command === null) return [];
    const path = [section, index];
    const text = typeof command === "string" ? command : command.join(" ");
    const found: Remark[] = OF_CLOUD_INIT.flatMap(([pattern, message]) =>
      pattern.test(text) ? [{ path, message }] : []
    );
    if (isForItself(command)) {
      found.push({
        path,
        message: `Each command has a shell ${NOTHING_LEFT}; a text can have several lines`,
      });
    }
    if (typeof command === "string") return found;
    const [program = ""] = command;
    const word = command.find((one) => SHELL_WORDS.includes(one));
    if (word !== undefined && program !== "sh") {
      found.push({ path, message: `"${word}" is an argument here: a list is run without a shell` });
    }
    if (command.length === 1 && program.includes(" ")) {
      found.push({
        path,
        message: "This is the name of a single program with blanks; write the command as text",
      });
    }
    return found;
  });
}

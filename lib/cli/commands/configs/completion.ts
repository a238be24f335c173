/**
 * `completion`, and the command that its scripts call.
 *
 * @module
 */
import { command, type GroupCommand, type LeafCommand } from "../../command/command.ts";

/** `lxops completion`. */
export const completion = command({
  name: "completion",
  summary: "Print a script that lets bash, zsh or fish complete command lines of lxops",
  flags: {},
  operands: { usage: "SHELL", min: 1, max: 1 },
  oneForm: "a script",
  example: "lxops completion bash",
  underTheHood: "nothing; the script asks lxops at each completion, and lxops sends one or two GET requests",
  details:
    `Completes commands, flags, configuration files, instances, images, profiles, snapshots, remotes and
properties, the names as they are at that moment. Where the daemon does not answer within 0.3 seconds, its names are
left out. SHELL is bash, zsh or fish.

  bash  source <(lxops completion bash)   in ~/.bashrc
  zsh   source <(lxops completion zsh)    in ~/.zshrc, below compinit
  fish  lxops completion fish > ~/.config/fish/completions/lxops.fish`,
  run: async (...all) => (await import("../../actions/configs/completion.ts")).completion(...all),
});

/** Returns `lxops __complete`, for the scripts of `completion`; the tree of a command line is loaded when it runs. */
export function completeCommand(load: (line: readonly string[]) => Promise<GroupCommand>): LeafCommand {
  return command({
    name: "__complete",
    summary: "Print the words that can stand at the cursor of a command line",
    flags: {},
    operands: { usage: "SHELL [WORD...]", min: 1 },
    oneForm: "lines for the script of the shell",
    example: "lxops __complete zsh st lxops",
    underTheHood: "GET of the names that are asked for",
    passThrough: true,
    run: async (_values, operands, app) =>
      await (await import("../../actions/configs/complete.ts")).complete(load, operands, app),
  });
}

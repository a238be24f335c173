/**
 * `ps` and `logs`.
 *
 * @module
 */
import { command } from "../../command/command.ts";
import { projectFlags, propertyFlags } from "../../command/flags.ts";
import { listFlags } from "../../command/result_flags.ts";
import { SUBJECTS_HELP, SUBJECTS_USAGE } from "./subjects.ts";

const operands = { usage: SUBJECTS_USAGE, min: 0 } as const;

/** `lxops ps`. */
export const ps = command({
  name: "ps",
  summary:
    "List instances with state, addresses, ports, image and its age, and what differs from their files",
  flags: {
    ...projectFlags,
    ...propertyFlags,
    all: { kind: "boolean", aliases: ["a"], help: "Also list instances that lxops did not create" },
    quiet: { kind: "boolean", aliases: ["q"], help: "Print the names only" },
    check: { kind: "boolean", help: "Run the checks of the configurations, each once, and show the health" },
    ...listFlags,
  },
  operands,
  example: "lxops ps",
  underTheHood: "GET instances with their states, GET images and profiles",
  details:
    `${SUBJECTS_HELP}\nIf it has no lxops.yaml, all instances of lxops are listed. An instance that a file describes and the\n` +
    "daemon does not have is listed as absent. CHANGES has the parts that lxops plan would show, without a look\n" +
    "into instances; an image is among them if the daemon has a newer one of that name. - means none,\n" +
    "? that the file or the applied items are not known. Exits with 5 if a check fails. A NAME with * or ?\n" +
    "stands for all instances of lxops that match it, such as 'web*'.",
  run: async (...all) => (await import("../../actions/everyday/ps.ts")).ps(...all),
});

/** `lxops logs`. */
export const logs = command({
  name: "logs",
  summary: "Print the journal of instances, or their consoles",
  flags: {
    ...projectFlags,
    ...propertyFlags,
    f: {
      kind: "boolean",
      aliases: ["follow"],
      help: "Also print new lines as they are logged, until a signal",
    },
    n: {
      kind: "string",
      value: "LINES",
      default: "all",
      aliases: ["tail"],
      help: "Number of lines at the end, or all",
    },
    since: { kind: "string", value: "TIME", help: "Only newer lines: a duration such as 10m, or a date" },
    console: { kind: "boolean", help: "Print the console, also where there is a journal" },
  },
  operands,
  oneForm: "lines of logs",
  example: "lxops logs -f -n 20 web",
  underTheHood: "exec of journalctl or tail, GET console",
  details:
    "With systemd, the journal is printed, otherwise the files under logs: of the configuration, otherwise the\n" +
    `console. If there is nothing in any of them, a note says what was looked for. Lines of several instances begin\n` +
    `with NAME.\n${SUBJECTS_HELP}`,
  run: async (...all) => (await import("../../actions/everyday/logs.ts")).logs(...all),
});

/**
 * The commands that change something, each with the state that it starts from.
 *
 * @module
 */
import type { Case } from "./case.ts";
import { DAEMON } from "./daemon.ts";
import { DATA } from "./data.ts";
import { LIFECYCLE } from "./lifecycle.ts";

/** The commands. */
export const CASES: readonly Case[] = [...LIFECYCLE, ...DATA, ...DAEMON];

const ONE_FILE = "it replaces one file of the user's, at once, and asks no daemon for a change";

const ONE_REQUEST = "it sends one request, which the daemon carries out or not";

/** Commands with --dry-run that have no row, each with the reason. */
export const WITHOUT_ROWS: Readonly<Record<string, string>> = {
  "config convert": ONE_FILE,
  "profile export": ONE_FILE.replace("one file", "files"),
  "property set": ONE_FILE,
  "property unset": ONE_FILE,
  "remote add": ONE_FILE,
  "remote remove": ONE_FILE,
  "instance addresses": ONE_FILE,
  "instance number": ONE_FILE,
  "cloudconfig": "it is an older name of `instance cloudconfig`",
  "instance shell": "it is `instance exec` with a terminal",
  "start": "it is `instance start` of more kinds of operands",
  "stop": "it is `instance stop` of more kinds of operands",
  "restart": "it is `instance restart` of more kinds of operands",
  "kill": "it is `instance stop -wait-stop 0`",
  "pause": ONE_REQUEST,
  "unpause": ONE_REQUEST,
  "exec": "it is `instance exec` of more kinds of operands",
  "shell": "it is `instance exec` with a terminal",
  "top": "it only looks, by a program",
  "file pull": "it is `cp`",
  "cp": "it changes nothing but a new file or tree, which gets its name last",
  "down": "it has the steps of `delete` or `destroy`",
  "create": "it has the first steps of `launch`",
  "instance set": ONE_REQUEST,
  "instance copy": ONE_REQUEST,
};

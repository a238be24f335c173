/**
 * The flag of the commands that fill a pool of mode `self`.
 *
 * @module
 */
import type { Flags } from "../../command/command.ts";

/** The flag of files that new instances get. */
export const copyInFlag = {
  "copy-in": {
    kind: "list",
    value: "SRC:DST",
    help: "Copy a file, such as a token, into each new instance of mode self before its program starts",
  },
} as const satisfies Flags;

/**
 * The form in which a run shows its progress.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";

/** The forms of progress: `auto` is `tty` on a terminal, and else `json` with `--json` or `plain`. */
const MODES = ["auto", "tty", "plain", "json", "quiet"] as const;

/** A form of progress. */
export type Mode = typeof MODES[number];

/** The form in which a run shows its progress. */
export interface Display {
  readonly mode: Mode;
  /** Each line begins with the time of day. */
  readonly timestamps: boolean;
  /** The results on stdout are JSON. */
  readonly json: boolean;
}

/** The form of a command without flags for progress. */
export const USUAL: Display = { mode: "auto", timestamps: false, json: false };

/**
 * Reads the form from the values of flags.
 *
 * @throws {UsageError} where there is no such form
 */
export function displayOf(values: Readonly<Record<string, unknown>>): Display {
  const given = values["progress"] ?? "";
  const mode = MODES.find((one) => one === (given === "" ? "auto" : given));
  if (!mode) throw new UsageError(`--progress needs one of ${MODES.join(", ")}, not "${given}"`);
  return {
    mode: values["quiet"] === true ? "quiet" : mode,
    timestamps: values["timestamps"] === true,
    json: values["json"] === true,
  };
}

/** The stream that progress goes to. */
export interface StreamKind {
  readonly isTerminal: boolean;
  /** The terminal type, from `TERM`. */
  readonly term: string | undefined;
}

/** Returns the form for a stream: a terminal that cannot move its cursor gets lines. */
export function modeFor({ mode, json }: Display, { isTerminal, term }: StreamKind): Exclude<Mode, "auto"> {
  const moves = isTerminal && term !== undefined && term !== "" && term !== "dumb";
  if (mode === "tty") return moves ? "tty" : "plain";
  if (mode !== "auto") return mode;
  if (isTerminal) return moves ? "tty" : "plain";
  return json ? "json" : "plain";
}

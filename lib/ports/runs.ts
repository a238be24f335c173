/**
 * Runs of lxops, as data.
 *
 * @module
 */

/** A run of lxops, as its notes identify it. */
export interface Run {
  readonly host: string;
  /** Number of the machine, which it keeps; `-` where it has none. */
  readonly machine: string;
  /** Number of the machine's start. */
  readonly boot: string;
  readonly pid: number;
  /** Start of the process, in ticks of the machine's clock. */
  readonly start: string;
  /** Start of the first process that it sees, which tells its container; absent where it may see only its own. */
  readonly first?: string;
}

/** Renders a run as text for a note. */
export function runText({ host, machine, boot, pid, start, first }: Run): string {
  return [host, machine, boot, pid, start, ...first === undefined ? [] : [first]].join(" ");
}

/** Parses the text of a run; returns `undefined` where it is none. */
export function parseRun(text: string): Run | undefined {
  const [host = "", machine = "", boot = "", pid = "", start = "", first, ...more] = text.split(" ");
  if (host === "" || start === "" || more.length > 0 || !/^[1-9][0-9]*$/.test(pid)) return undefined;
  return { host, machine, boot, pid: Number(pid), start, ...(first === undefined ? {} : { first }) };
}

/** The state of another run of lxops: it runs, it has ended, or it is where this one cannot look. */
export type RunState = "alive" | "over" | "elsewhere";

/**
 * Results as a table, and beside those of an earlier run.
 *
 * @module
 */
import type { Result } from "./case.ts";
import type { Spread } from "./measure.ts";

/** A run of the bench, as its JSON file has it. */
export interface Run {
  readonly daemon: string;
  readonly load: readonly number[];
  readonly results: readonly Result[];
  /** Cases that were not run, and why. */
  readonly skipped: Readonly<Record<string, string>>;
  /** Sizes of the binary and of what Deno gave for it, in bytes. */
  readonly binary: { readonly size: number; readonly base?: number };
}

/** Renders a run as a table; `before` is an earlier run to compare with. */
export function table(run: Run, before?: Run): string {
  const head = [
    "case",
    "median",
    "min",
    "max",
    "floor",
    "ratio",
    "cpu",
    "MB",
    "requests",
    "conns",
    "execs",
    "target",
    "holds",
  ];
  const rows = run.results.map((result) => [...row(result), ...change(result, before)]);
  return layout([before ? [...head, "before", "ratio before"] : head, ...rows]);
}

function row(result: Result): string[] {
  const { seconds, floor, ratio, cpu, megabytes } = result;
  return [
    result.case,
    time(seconds.median),
    time(seconds.min),
    time(seconds.max),
    floor ? time(floor.median) : "",
    ratio === undefined ? "" : ratio.toFixed(2),
    cpu ? time(cpu.median) : "",
    megabytes ? most(megabytes) : "",
    String(result.requests),
    String(result.connections),
    String(result.execs),
    result.target,
    result.holds === undefined ? "" : result.holds ? "yes" : "NO",
  ];
}

function change(result: Result, before: Run | undefined): string[] {
  if (!before) return [];
  const old = before.results.find((one) => one.case === result.case);
  if (!old) return ["", ""];
  return [time(old.seconds.median), old.ratio === undefined ? "" : old.ratio.toFixed(2)];
}

function time(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toFixed(seconds < 0.1 ? 1 : 0)} ms` : `${seconds.toFixed(2)} s`;
}

function most(values: Spread): string {
  return values.max.toFixed(0);
}

function layout(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0));
  const widths = rows[0]!.map((_, column) => width(column));
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)).join(
      "  ",
    );
  return rows.map((cells) => `${line(cells).trimEnd()}\n`).join("");
}

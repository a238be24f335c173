/**
 * Points at which a command can be stopped: before and after each request that changes something or waits for the
 * daemon, and before and after each program that changes something on the host.
 *
 * @module
 */
import { memberName } from "../../lib/plan/pool/names.ts";

/** Names of the instances of a pool that has the row's name. */
export const MEMBERS: RegExp = new RegExp(
  `\\bNAME-[a-z0-9]{${memberName("", undefined).length - 1}}\\b`,
  "g",
);

/** Position of a point: before or after its event. */
export type Side = "before" | "after";

/** A point of a run. */
export interface Point {
  readonly side: Side;
  readonly kind: "request" | "program";
  /** The request or the command line, with the names of the run replaced. */
  readonly what: string;
  /** Number among the points with the same side and text, from 1. */
  readonly number: number;
}

/** Decision about the request or program at a point. */
export type Verdict = "go" | "fail" | "cut";

/** Decides about each point that a run reaches. */
export type AtPoint = (point: Point) => Promise<Verdict>;

/** Formats a point as a cell of the table. */
export function pointText({ side, what, number }: Point): string {
  return `${side} ${what}${number > 1 ? ` (${number})` : ""}`;
}

/** Tells whether two points are the same point of two runs of one command. */
export function isSame(a: Point, b: Point): boolean {
  return pointText(a) === pointText(b);
}

/** Numbers the points of a run, and replaces the parts of their texts that differ between runs. */
export class Counter {
  readonly #seen = new Map<string, number>();
  readonly #names: readonly (readonly [string, string])[];

  constructor(names: readonly (readonly [string, string])[]) {
    this.#names = names;
  }

  /** Returns the next point of a side with a text. */
  point(side: Side, kind: Point["kind"], text: string): Point {
    const what = this.#plain(text);
    const number = (this.#seen.get(`${side} ${what}`) ?? 0) + 1;
    this.#seen.set(`${side} ${what}`, number);
    return { side, kind, what, number };
  }

  /** Forgets the last point before a program that failed: it may run again while a dataset is busy. */
  failed(text: string): void {
    const key = `before ${this.#plain(text)}`;
    this.#seen.set(key, (this.#seen.get(key) ?? 1) - 1);
  }

  #plain(text: string): string {
    let result = text;
    for (const [name, word] of this.#names) result = result.replaceAll(name, word);
    return result.replace(/[0-9a-f]{64}/g, "FINGERPRINT").replace(/[-0-9a-f]{36}/g, "UUID")
      .replace(/\b[0-9a-f]{32}\b/g, "DIGEST")
      .replace(/\brehearsal-[0-9a-f]{6}\b/g, "rehearsal-RANDOM").replace(/\blxr[0-9a-f]{6}\b/g, "lxrRANDOM")
      .replace(/\brun-[a-z0-9]{6}\b/g, "run-RANDOM").replace(/(@|%40)(new|old)-[a-z0-9]{6}\b/g, "$1$2-RANDOM")
      .replace(MEMBERS, "NAME-MEMBER")
      .replace(/(lxops-(?:new|old|rebuild))-[a-z0-9]{1,12}\b/g, "$1-RANDOM")
      .replace(/(\?|&)timeout=\d+/, "").replace(/\s+/g, " ").slice(0, 160).trim();
  }
}

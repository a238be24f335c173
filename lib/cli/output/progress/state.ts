/**
 * The progress of a plan that is carried out, as plain data that each event updates.
 *
 * @module
 */
import { InterruptedError } from "../../../base/errors.ts";
import { widthOf } from "../../../base/text/width.ts";
import type { RunEvent } from "../../../run/events.ts";
import { isBookkeeping } from "../../../step/bookkeeping.ts";
import { isStart } from "../../../step/starts.ts";
import type { InstancePlan, Plan } from "../../../step/step.ts";
import { printable } from "../output.ts";
import { counted, type Flow } from "./amount.ts";

/** The result of an instance. */
export interface Ended {
  readonly how: "done" | "failed" | "interrupted";
  /** The result in a word: `running`, `stopped`, `failed`. */
  readonly word: string;
  /** The step that failed; or the last step, where the word says too little. */
  readonly title?: string;
  readonly seconds: number;
}

/** An instance whose steps have begun; the steps before all instances have the name "". */
export interface Row {
  readonly name: string;
  /** Time at which its first step began, in milliseconds. */
  readonly began: number;
  /** The step or item that runs. */
  readonly title: string;
  /** Progress of the step in words. */
  readonly detail?: string;
  /** Progress of the step in bytes. */
  readonly flow?: Flow;
  /** Progress of the step in percent, where only a text of the daemon has it. */
  readonly share?: Flow;
  readonly address?: string;
  /** Number of steps that are done. */
  readonly done: number;
  /** A step runs, or is being undone after a failure. */
  readonly active: boolean;
  readonly ended?: Ended;
}

/** The steps that a plan has for an instance, and their result. */
interface Expected {
  readonly steps: number;
  /** The word for its result. */
  readonly word: string;
  /** The last step that matters to a user. */
  readonly last?: string;
}

/** The progress of a plan. */
export interface ProgressState {
  readonly began: number;
  readonly expected: ReadonlyMap<string, Expected>;
  /** The columns of names and of words. */
  readonly nameWidth: number;
  readonly wordWidth: number;
  readonly rows: ReadonlyMap<string, Row>;
}

/** The longest column of names. */
const MOST_NAME = 30;

/** Returns the state before the first event of a plan; `usual` is the word for instances whose steps do not tell. */
export function beginning(plan: Plan, now: number, usual = "done"): ProgressState {
  const expected = new Map<string, Expected>();
  for (const one of plan.each) {
    if (one.steps.length === 0) continue;
    const { name } = one.instance;
    // Instances of two projects may have the same name, and events have only the name.
    const steps = (expected.get(name)?.steps ?? 0) + one.steps.length;
    const last = one.steps.findLast((step) => !isBookkeeping(step))?.title;
    expected.set(name, { steps, word: wordFor(one, usual), ...(last === undefined ? {} : { last }) });
  }
  const longest = (texts: Iterable<string>) => Math.max(0, ...[...texts].map(widthOf));
  return {
    began: now,
    expected,
    nameWidth: Math.min(MOST_NAME, longest([...expected.keys()].map(printable))),
    wordWidth: longest([...expected.values()].map(({ word }) => word)),
    rows: new Map(),
  };
}

/** Returns the word for the result of an instance. */
function wordFor({ instance, steps }: InstancePlan, usual: string): string {
  let word = usual;
  for (const { effect, removes } of steps) {
    if (isStart(effect)) word = "running";
    else if (effect.kind === "stop" || isAction(effect, "stop")) word = "stopped";
    else if (isAction(effect, "freeze")) word = "paused";
    else if (isAction(effect, "unfreeze")) word = "running";
    else if (effect.kind === "batch" && word === "done") word = "configured";
    else if (removes?.some((fact) => fact.kind === "instance" && fact.name === instance.name)) {
      word = "deleted";
    }
  }
  return word;
}

function isAction(effect: InstancePlan["steps"][number]["effect"], action: string): boolean {
  if (effect.kind !== "send" || !/\/state(\?|$)/.test(effect.path)) return false;
  return typeof effect.body === "object" && effect.body !== null && "action" in effect.body &&
    effect.body.action === action;
}

/** Returns the state after an event. */
export function advance(state: ProgressState, event: RunEvent, now: number): ProgressState {
  const before = state.rows.get(event.instance);
  const row = rowAfter(state, before, event, now);
  if (row === before) return state;
  const rows = new Map(state.rows);
  // The steps before all instances each have a row of their own.
  if (row === undefined) rows.delete(event.instance);
  else rows.set(event.instance, row);
  return { ...state, rows };
}

function rowAfter(
  { expected }: ProgressState,
  before: Row | undefined,
  event: RunEvent,
  now: number,
): Row | undefined {
  const name = event.instance;
  const fresh: Row = { name, began: now, title: "", done: 0, active: true };
  switch (event.kind) {
    case "start":
      // Bookkeeping takes a few milliseconds, in which the step before stays visible.
      return before?.active && isBookkeeping(event.step) ? before : turned(before ?? fresh, event.step.title);
    case "item":
      return before && turned(before, event.title);
    case "undo-start":
      return turned(before ?? fresh, `Take back: ${event.title}`);
    case "undo":
      return before && { ...before, active: before.ended === undefined };
    case "progress":
      return before && {
        ...before,
        detail: event.text,
        ...(event.amount ? { flow: counted(before.flow, event.amount, now) } : {}),
        ...shareOf(event.text, before, now),
      };
    case "address":
      return before && { ...before, address: event.address };
    case "done":
      return before && name !== "" ? doneAfter(before, expected.get(name), now) : undefined;
    case "failed": {
      const how = event.error instanceof InterruptedError ? "interrupted" : "failed";
      const seconds = before ? (now - before.began) / 1000 : 0;
      return {
        ...(before ?? fresh),
        active: false,
        ended: { how, word: how, title: event.step.title, seconds },
      };
    }
    default:
      return before;
  }
}

/** Returns a row after one of its steps is done. */
function doneAfter(before: Row, expected: Expected | undefined, now: number): Row {
  const { steps = 0, word = "done", last } = expected ?? {};
  const done = before.done + 1;
  if (done < steps) return { ...before, done };
  const title = word === "done" && last !== undefined ? { title: last } : {};
  const seconds = (now - before.began) / 1000;
  return { ...before, done, active: false, ended: { how: "done", word, seconds, ...title } };
}

/** Reads the percentage in a daemon's text, such as `rootfs: 42% (3.13MB/s)`. */
function shareOf(text: string, { share }: Row, now: number): Pick<Row, "share"> {
  const percent = /(\d{1,3})%/.exec(text)?.[1];
  return percent === undefined ? {} : { share: counted(share, { bytes: Number(percent), total: 100 }, now) };
}

/** Returns a row with another step or item, without the progress of the one before. */
function turned({ detail: _detail, flow: _flow, share: _share, ...row }: Row, title: string): Row {
  return { ...row, title, active: true };
}

/** Returns the rows that run, in the order in which they began. */
export function runningRows({ rows }: ProgressState): readonly Row[] {
  return [...rows.values()].filter(({ active }) => active);
}

/** Returns the number of instances whose steps have not begun. */
export function waitingCount({ expected, rows }: ProgressState): number {
  return [...expected.keys()].filter((name) => !rows.has(name)).length;
}

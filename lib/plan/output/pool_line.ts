/**
 * A change of an instance of a pool, as a line of a script.
 *
 * @module
 */
import { durationText } from "../../base/durations.ts";
import { quote } from "../../base/shell.ts";
import type { PoolAct } from "../../step/pool.ts";

/** Returns the line that does the same; `project` is its flag of the project. */
export function poolLine(act: PoolAct, project: string): string {
  const line = `lxops pool ${act.act}${project}`;
  switch (act.act) {
    case "acquire":
      return `${line}${secondsFlag(act.seconds)} -owner ${quote(act.owner)}${act.addresses ? " -json" : ""} ${
        quote(act.pool)
      }`;
    case "renew":
      return `${line}${secondsFlag(act.seconds)} ${quote(act.lease)}`;
    case "release":
      return `${line}${act.keep ? " -keep" : ""} ${quote(act.lease)}`;
    case "refill":
      // A script need not be quick, and tending makes up for all that was taken.
      return `lxops pool tend${project} ${quote(act.pool)}`;
    case "mark":
    case "warm":
    case "forget":
      return `${line} ${quote(act.instance.name)}`;
    case "retire": {
      const uuid = act.uuid === "" ? "" : ` -uuid ${quote(act.uuid)}`;
      const why = act.why === "idle" ? "" : ` -${act.why}`;
      return `${line}${uuid}${why} ${quote(act.instance.name)}`;
    }
  }
}

function secondsFlag(seconds: number | undefined): string {
  return seconds === undefined ? "" : ` -lease ${durationText(seconds)}`;
}

/**
 * A check as a line of a script.
 *
 * @module
 */
import { durationText } from "../../base/durations.ts";
import { quote } from "../../base/shell.ts";
import type { Check } from "../../step/check.ts";

/** Returns the line that runs a check; `project` is its flag of the project. */
export function checkLine(check: Check, project: string): string {
  const { probe, interval, timeout, retries, startPeriod, startInterval } = check;
  const start = startPeriod > 0
    ? ` -start-period ${durationText(startPeriod)} -start-interval ${durationText(startInterval)}`
    : "";
  const times = ` -interval ${durationText(interval)} -timeout ${durationText(timeout)} -retries ${retries}`;
  const line = `lxops instance check${project}${times}${start}`;
  const name = quote(check.instance.name);
  switch (probe.kind) {
    case "exec":
      return `${line} ${name} -- ${probe.argv.map(quote).join(" ")}`;
    case "tcp":
      return `${line} -tcp ${probe.port} ${name}`;
    case "http": {
      const status = probe.status === undefined ? "" : ` -status ${probe.status}`;
      return `${line} -http-get ${quote(`${probe.port}${probe.path}`)}${status} ${name}`;
    }
  }
}

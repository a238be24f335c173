/**
 * Starts and restarts instances at any daemons.
 *
 * @module
 */
import { dataDisks } from "../../plan/instance/data_disks.ts";
import { checkUntil, planPower } from "../../plan/instance/power/power.ts";
import type { App } from "../command/app.ts";
import { conditions } from "../shared/conditions.ts";
import { changePlaces, type ChangeValues, type PlaceChange } from "./apply_places.ts";

/** Values of the flags of commands that start instances. */
export interface StartValues extends ChangeValues {
  readonly until: string;
  readonly timeout: number;
  /** Time limit of a clean stop; absent where the command stops nothing. */
  readonly "wait-stop"?: number;
}

/** A command that starts instances, or restarts them. */
export interface PowerChange extends Pick<PlaceChange, "command" | "follows" | "order" | "slash"> {
  readonly restart: boolean;
}

/** Starts or restarts the instances that operands mean. */
export async function changePower(
  { restart, ...change }: PowerChange,
  values: StartValues,
  operands: readonly string[],
  app: App,
): Promise<number> {
  const options = {
    restart,
    stopSeconds: values["wait-stop"] ?? 0,
    until: conditions(values.until),
    timeoutSeconds: values.timeout,
  };
  checkUntil(options);
  return await changePlaces(
    {
      ...change,
      word: restart ? "restarted" : "started",
      plan: (info) => planPower(info, options),
      check: async (found) => {
        if (!found.some(({ info }) => dataDisks(info).length > 0)) return;
        await (await import("./held_data.ts")).claimData(found, change.command, values);
      },
    },
    values,
    operands,
    app,
  );
}

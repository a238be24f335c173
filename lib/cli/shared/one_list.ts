/**
 * Joins the lists that the parts of a command print as JSON to one, as a program reads one document.
 *
 * @module
 */
import type { App } from "../command/app.ts";
import { printableJson } from "../output/output.ts";

/** A list that is not complete yet. */
export interface OneList {
  /** Returns an app that adds the rows which it would print. */
  readonly through: (app: App) => App;
  readonly hasRows: () => boolean;
  readonly rows: () => readonly unknown[];
  /** Prints all rows. */
  readonly print: (app: App) => void;
}

/** Returns a list without rows. */
export function oneList(): OneList {
  const rows: unknown[] = [];
  const add = (text: string) => {
    if (text !== "") rows.push(...JSON.parse(text));
  };
  return {
    through: (app) => ({
      ...app,
      print: add,
      apply: (plan, { results, ...options }) =>
        app.apply(plan, {
          ...options,
          ...results
            ? {
              results: (failures) => {
                add(results(failures));
                return "";
              },
            }
            : {},
        }),
    }),
    hasRows: () => rows.length > 0,
    rows: () => rows,
    print: (app) => app.print(`${printableJson(rows)}\n`),
  };
}

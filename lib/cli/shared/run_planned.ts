/**
 * `--plan`: the changes of a command in short. The command plans as for a dry run, and its plans are printed together.
 *
 * @module
 */
import { EXIT } from "../../base/errors.ts";
import { type RandomPlan, shortJson, shortParts, shortText } from "../../plan/output/short_plan.ts";
import type { App } from "../command/app.ts";
import type { LeafCommand } from "../command/command.ts";
import type { Parsed } from "../command/parse.ts";
import { printable, printableJson } from "../output/output.ts";

/** Runs a command without its changes, and prints these in short. */
export async function runPlanned(
  { run }: Pick<LeafCommand, "run">,
  { values, operands }: Pick<Parsed, "values" | "operands">,
  app: App,
): Promise<number> {
  const plans: RandomPlan[] = [];
  const code = await run({ ...values, "dry-run": true }, operands, collecting(app, plans));
  const parts = plans.flatMap(shortParts);
  if (code !== EXIT.ok && code !== EXIT.differs) return code;
  app.print(
    values["json"] === true
      ? `${printableJson(shortJson(parts))}\n`
      : shortText(parts).split("\n").map(printable).join("\n"),
  );
  return parts.some(({ changes }) => changes.length > 0) ? EXIT.differs : code;
}

/** Returns an app that keeps plans in the place of applying them, and prints nothing else. */
function collecting(app: App, plans: RandomPlan[]): App {
  return {
    ...app,
    withRemote: (remote) => collecting(app.withRemote(remote), plans),
    atAddress: (daemon) => collecting(app.atAddress(daemon), plans),
    print: () => {},
    apply: (plan, options) =>
      app.apply(plan, {
        ...options,
        dryRun: true,
        planned: (one) => void plans.push({ plan: one, random: options.random }),
      }),
  };
}

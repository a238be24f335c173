/**
 * The command `adopt`: the configuration of an instance that exists.
 *
 * @module
 */
import { join } from "@std/path";
import { ConfigError, EXIT } from "../../../base/errors.ts";
import { noInstance } from "../../../base/missing.ts";
import { quote } from "../../../base/shell.ts";
import { count } from "../../../base/sizes.ts";
import { changeLine } from "../../../plan/changes/text.ts";
import { starterOfInstance } from "../../../plan/starter/from_instance.ts";
import type { Starter } from "../../../plan/starter/starter.ts";
import { unsaid } from "../../../plan/starter/unsaid.ts";
import type { Plan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";
import { locks } from "../../shared/lifecycle/lock.ts";
import { placeOf } from "../../shared/operands.ts";
import type { Compared, ComparedTargets } from "../changes/compare.ts";
import { shownDirectory } from "./init.ts";
import {
  type Adopted,
  type DirectoryPlan,
  newPath,
  planDirectories,
  writeAll,
  type WriteValues,
  writtenJson,
} from "./new_directory.ts";

interface Values extends WriteValues {
  readonly mark: boolean;
  readonly guest: boolean;
}

/** `adopt`. */
export async function adopt(
  values: Values & { readonly o: string; readonly project: string },
  [operand = ""]: readonly string[],
  own: App,
): Promise<number> {
  const { ref, app } = await placeOf(own, operand, values.project);
  if (values.mark && locks(values)) {
    const { instanceLock } = await import("../../../run/lock/names.ts");
    await app.lock([await instanceLock(ref)], { command: "adopt", seconds: 0 });
  }
  const server = await app.server();
  const [info, images] = await Promise.all([server.instance(ref), server.images(ref.project)]);
  if (!info) throw noInstance(ref);
  const path = newPath(values.o || ref.name, app);
  const { ofInstance } = await import("./init_sources.ts");
  const { adopted } = await ofInstance(info, path, { images, app });
  return await writeAdopted(values, adopted!, path);
}

/** Writes the configuration of an instance, and with `mark` notes it on that. */
export async function writeAdopted(values: Values, { source, app }: Adopted, path: string): Promise<number> {
  const inside = values.guest
    ? await (await import("./adopt_guest.ts")).lookMade(source.info, { file: join(path, MAIN), app })
    : undefined;
  const made = inside ? { made: inside.made } : {};
  const { plans, compared, world } = await settled(
    (without) => starterOfInstance({ ...source, ...made, without }),
    { path, source, app },
  );
  const issues = plans.flatMap((plan) => plan.issues);
  app.warn(issues);
  const files = { first: plans.flatMap((plan) => plan.steps), each: [] };
  await writeAll(values.mark ? await withMarks(files, { compared, world }, app) : files, values, app);
  const isDryRun = values["dry-run"];
  if (isDryRun) return EXIT.ok;
  const { changes } = compared.comparison;
  const directory = quote(shownDirectory(path));
  const up = `up${values.mark ? "" : " --adopt"} ${directory}`;
  if (values.json) {
    const counts = inside ? { made: { file: join(path, MAIN), ...inside.counts } } : {};
    const more = { next: `${app.program} ${up}`, changes: changes.map(changeLine), ...counts };
    app.print(writtenJson(plans, issues, more));
    return EXIT.ok;
  }
  const items = inside ? changes.filter(({ part }) => part === "cloud-config") : [];
  const others = changes.filter((one) => !items.includes(one));
  const lines = [
    ...others.length === 0
      ? [`${join(path, "lxops.yaml")} says what the instance is: lxops plan has nothing to change`]
      : [
        `What differs from the instance, as lxops plan shows it:`,
        ...others.map((one) => `  ${changeLine(one)}`),
      ],
    ...inside ? [inside.line] : [],
    ...items.length > 0 && !values.mark
      ? [
        `lxops plan shows its ${
          count(items.length, "item")
        } as new until they are noted (--mark) or applied (up)`,
      ]
      : [],
    ...values.mark ? [] : [`Look through it, then take the instance over: lxops ${up}`],
  ];
  app.print(lines.map((line) => `${printable(line)}\n`).join(""));
  return EXIT.ok;
}

/** The file of what was made by hand, below the directory. */
const MAIN = "cloud-config/main.cfg";

/** Files of a configuration, compared with the instance that they were written from. */
interface Settled {
  readonly plans: readonly DirectoryPlan[];
  readonly compared: Compared;
  readonly world: ComparedTargets["world"];
}

/** Most rounds until a configuration leaves out what it cannot say. */
const ROUNDS = 6;

/** Plans the files of an instance; what they would say otherwise than the instance has it is left out. */
async function settled(
  starterOf: (without: ReadonlySet<string>) => Starter,
  { path, source, app }: Adopted & { readonly path: string },
): Promise<Settled> {
  const [{ compareAll }, { withFiles }] = await Promise.all([
    import("../changes/compare.ts"),
    import("../../../run/targets/new_files.ts"),
  ]);
  let without: ReadonlySet<string> = new Set();
  for (let round = 1;; round++) {
    const starter = starterOf(without);
    const started = { directories: [{ path, starter }], issues: [], adopted: { source, app } };
    const plans = await planDirectories(started, { path, command: "adopt" }, app);
    const quiet: App = {
      ...app,
      host: withFiles(app.host, plans[0]!.files),
      warn: () => {},
      complain: () => {},
    };
    const values = { name: "", project: source.info.project, properties: undefined, P: [] };
    let next: ReadonlySet<string>;
    try {
      const { compared: [compared], world } = await compareAll(values, [join(path, "lxops.yaml")], quiet, {
        outside: true,
      });
      next = unsaid(without, compared!);
      if (round === ROUNDS || next.size === without.size) return { plans, compared: compared!, world };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      next = unsaid(without, error);
      if (round === ROUNDS || next.size === without.size) throw error;
    }
    without = next;
  }
}

/** Returns a plan with the marks of an instance, and the record of what it has. */
async function withMarks(
  files: Plan,
  { compared: { target, comparison, items }, world }: Pick<Settled, "compared" | "world">,
  app: App,
): Promise<Plan> {
  const [{ planMark }, { recorded }, { recordFacts }, { secretFor }, { planOptions }] = await Promise.all([
    import("../../../plan/lifecycle/mark.ts"),
    import("../../../plan/record/write.ts"),
    import("../../../run/targets/record_facts.ts"),
    import("../../shared/lifecycle/records.ts"),
    import("../../shared/lifecycle/lifecycle.ts"),
  ]);
  const secret = await secretFor([target], app);
  const options = {
    ...planOptions({
      ...{ name: "", project: "", properties: undefined, P: [] },
      ...{ "dry-run": false, parallel: 1, "undo-on-failure": true, trace: false },
    }),
    random: app.random(),
    recordsSecrets: true,
    ...secret.options,
  };
  const plan = planMark(target, comparison.info!, items, options);
  const facts = (await recordFacts([target], app.host))(target);
  const mark = recorded(plan, { target, world, facts, always: true }, options);
  return secret.keeping({ ...files, each: [mark] });
}

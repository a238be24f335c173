/**
 * Plans in short: a line for each change that the steps make, and the count.
 *
 * @module
 */
import { parseApiPath } from "../../base/api.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import type { Plan, Step } from "../../step/step.ts";
import { shownNames } from "../instance/reserved_names.ts";

/** The version of the JSON. */
export const SHORT_FORM = 1;

/** A change that a step makes. */
export interface ShortChange {
  /** Sign of an addition, a change or a removal. */
  readonly sign: "+" | "~" | "-";
  /** The title of the step or, for an item of a cloud-config, of the item. */
  readonly what: string;
}

/** The changes of one instance; without one, those that belong to none, or come before all instances. */
export interface ShortPart {
  readonly instance?: InstanceRef;
  readonly changes: readonly ShortChange[];
}

/** A plan, and the random text that names in it have. */
export interface RandomPlan {
  readonly plan: Plan;
  readonly random: string | undefined;
}

/** Returns the changes that a plan makes, in its order. */
export function shortParts({ plan, random }: RandomPlan): readonly ShortPart[] {
  const of = (steps: readonly Step[]) =>
    steps.flatMap(changesOf).map(({ sign, what }): ShortChange => ({
      sign,
      what: shownNames(what.replaceAll(/[\r\n]+/g, " "), random),
    }));
  return [
    ...(plan.first.length > 0 ? [{ changes: of(plan.first) }] : []),
    ...plan.each.map(({ instance, steps }) => ({ instance, changes: of(steps) })),
  ];
}

function changesOf(step: Step): readonly ShortChange[] {
  const { effect, title } = step;
  // These only look.
  if (effect.kind === "wait" || effect.kind === "check" || effect.kind === "ids") return [];
  if (effect.kind === "batch" && effect.items.length > 0) {
    return effect.items.map((item) => ({ sign: "+", what: item.title }));
  }
  return [{ sign: signOf(step), what: title }];
}

function signOf({ effect, makes = [], removes = [] }: Step): ShortChange["sign"] {
  if (makes.length > 0) return removes.length > 0 ? "~" : "+";
  if (removes.length > 0 || effect.kind === "forget") return "-";
  if (effect.kind === "publish" || effect.kind === "write" && effect.isNew) return "+";
  if (effect.kind !== "send") return "~";
  if (effect.method === "DELETE") return "-";
  // A list of things gets one more.
  const { parts } = parseApiPath(effect.path);
  return effect.method === "POST" && ADDS.has(`${parts[0]}/${parts.length}`) ? "+" : "~";
}

/** Lists of the API to which a POST adds, by their first part and the number of parts. */
const ADDS: ReadonlySet<string> = new Set([
  "certificates/1",
  "images/1",
  "images/2",
  "instances/1",
  "instances/3",
  "profiles/1",
]);

/** Renders changes as lines, the count last. */
export function shortText(parts: readonly ShortPart[]): string {
  const hasNames = parts.some(({ instance }) => instance);
  const lines = parts.flatMap(({ instance, changes }) => {
    if (!hasNames) return changes.map(({ sign, what }) => `${sign} ${what}`);
    const name = instance ? shownName(instance) : "for all instances";
    return changes.length === 0
      ? [`${name}: nothing to do`]
      : [`${name}:`, ...changes.map(({ sign, what }) => `  ${sign} ${what}`)];
  });
  return [...lines, countOf(parts), ""].join("\n");
}

function shownName({ project, name }: InstanceRef): string {
  return project && project !== "default" ? `${name} (project ${project})` : name;
}

function countOf(parts: readonly ShortPart[]): string {
  const all = parts.flatMap(({ changes }) => changes);
  if (all.length === 0) return "No changes";
  const count = (sign: ShortChange["sign"]) => all.filter((one) => one.sign === sign).length;
  return `${count("+")} to add, ${count("~")} to change, ${count("-")} to remove`;
}

/** Returns changes as an object for programs. */
export function shortJson(parts: readonly ShortPart[]): unknown {
  return {
    version: SHORT_FORM,
    changes: parts.reduce((sum, { changes }) => sum + changes.length, 0),
    instances: parts.map(({ instance, changes }) => ({
      instance: instance?.name ?? "",
      project: instance ? instance.project || "default" : "",
      changes,
    })),
  };
}

/** Returns a script with the short form of its plan as comments behind its first line. */
export function withShortForm(script: string, plan: RandomPlan): string {
  const head = shortText(shortParts(plan)).trimEnd().split("\n").map((line) => `# ${line}\n`).join("");
  const [first = ""] = script.split("\n", 1);
  return `${first}\n${head}${script.slice(first.length + 1)}`;
}

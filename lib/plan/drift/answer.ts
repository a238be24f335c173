/**
 * The answer of an instance about itself: lines of facts. Its root can write anything, so only lines of the expected forms
 * count, and nothing of it is ever run or taken for a path.
 *
 * @module
 */
import { StateError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";

/** Facts by their kind and name; of several lines about one thing all are there. */
export type Facts = ReadonlyMap<string, readonly (readonly string[])[]>;

/** The last line of a complete answer. */
export const END = "lxops end";

/** Returns the command that shows whether the shell of an instance works, as advice. */
export function tryShell(instance: string, project: string, script = "echo it works"): string {
  const flag = project === "default" || project === "" ? "" : `-project ${quote(project)} `;
  return `lxops exec ${flag}${quote(instance)} -- sh -c ${quote(script)}`;
}

/** Returns the advice where an answer is not whole: the cause, and the command that shows which program is missing. */
export function notWholeAdvice(instance: string, project: string, programs: string): readonly string[] {
  const script = `for p in ${programs.replaceAll(",", "")}; do command -v $p || echo no $p; done`;
  return [
    `Its shell or one of its programs (${programs}) is missing or broken`,
    `To see which: ${tryShell(instance, project, script)}`,
  ];
}

const LONGEST_LINE = 65_536;
const MOST_LINES = 200_000;

/** The number of fields between the kind and the name of each fact. */
const FIELDS: Readonly<Record<string, number>> = {
  state: 1,
  stat: 5,
  sum: 1,
  salted: 1,
  same: 0,
  "was state": 1,
  "was stat": 5,
  restarted: 0,
  network: 0,
  starting: 0,
  block: 1,
  variable: 2,
  shadow: 1,
  aging: 2,
  home: 3,
  "was home": 2,
  password: 1,
  keyfile: 2,
  keydir: 2,
  key: 1,
  looked: 0,
  package: 2,
  service: 3,
  zone: 4,
  hostname: 2,
  hosts: 1,
  sshd: 1,
  fstab: 1,
  mounted: 0,
  flags: 1,
  locale: 1,
  bundle: 0,
  certificate: 1,
  content: 1,
  link: 1,
  closed: 0,
};

/**
 * Parses an answer.
 *
 * @throws {StateError} where it has no end
 */
export function parseAnswer(text: string, instance: string, project = "default"): Facts {
  const lines = text.split("\n", MOST_LINES);
  if (!lines.includes(END)) {
    throw new StateError(`Instance "${instance}" did not tell all that was asked`, {
      advice: [
        ...notWholeAdvice(instance, project, "stat, awk, sed, find"),
        "Without --guest, nothing runs in it",
      ],
    });
  }
  const facts = new Map<string, (readonly string[])[]>();
  for (const line of lines) {
    const fact = line.length <= LONGEST_LINE ? parseLine(line) : undefined;
    if (!fact) continue;
    const known = facts.get(fact.key);
    if (known) known.push(fact.fields);
    else facts.set(fact.key, [fact.fields]);
  }
  return facts;
}

function parseLine(line: string): { readonly key: string; readonly fields: readonly string[] } | undefined {
  const [first = "", ...others] = line.split("\t");
  const [tag, rest] = first === "was" ? [`was ${others[0] ?? ""}`, others.slice(1)] : [first, others];
  if (tag === "passwd" || tag === "group") {
    const fields = rest.join("\t").split(":");
    const count = tag === "passwd" ? 7 : 4;
    return fields.length === count ? { key: `${tag} ${fields[0]}`, fields } : undefined;
  }
  const count = Object.hasOwn(FIELDS, tag) ? FIELDS[tag]! : undefined;
  if (count === undefined || rest.length < count) return undefined;
  // Only a name can have tabs, and the facts without a name have none.
  return { key: `${tag} ${rest.slice(count).join("\t")}`, fields: rest.slice(0, count) };
}

/** Returns the fields of the first fact of a kind about a thing. */
export function factOf(facts: Facts, kind: string, name = ""): readonly string[] | undefined {
  return facts.get(`${kind} ${name}`)?.[0];
}

/** Returns the fields of all facts of a kind about a thing. */
export function factsOf(facts: Facts, kind: string, name = ""): readonly (readonly string[])[] {
  return facts.get(`${kind} ${name}`) ?? [];
}
